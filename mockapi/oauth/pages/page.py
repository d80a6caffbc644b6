"""Renders pages: escaped, unframed, without script, and kept by no cache."""

import math
import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from mockapi.http.context import prefix_of, root_of
from mockapi.oauth.pages.session import Visit
from mockapi.resources import CONSOLE_TEMPLATES, PAGE_TEMPLATES

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


class PageRefused(Exception):
    """A refusal that a person reads."""

    def __init__(self, status: HTTPStatus, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


def render(
    request: Request,
    template: str,
    visit: Visit | None = None,
    *,
    status: int = HTTPStatus.OK,
    form_target: str | None = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Return the page *template*; its forms may lead to *form_target* besides ourselves."""
    html = (
        _templates()
        .get_template(template)
        .render(visit=visit, prefix=prefix_of(request), root=root_of(request), **values)
    )
    response = Response(html, status, {**_headers(form_target), **(headers or {})}, "text/html")
    if visit is not None:
        visit.remember_in(response)
    return response


def notice(
    request: Request, refusal: PageRefused, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the page that tells a person of *refusal*."""
    return render(
        request,
        "notice.html",
        status=refusal.status,
        headers=headers,
        title=refusal.title,
        detail=refusal.detail,
    )


def redirect(location: str, visit: Visit | None = None) -> Response:
    """Return the way to another page of ours; as a GET, whatever came in."""
    response = Response(
        status_code=HTTPStatus.SEE_OTHER if visit is not None else HTTPStatus.FOUND,
        headers={**_headers(None), "Location": location},
    )
    if visit is not None:
        visit.remember_in(response)
    return response


def form_source(uri: str) -> str:
    """Return the source by which a Content-Security-Policy allows *uri*.

    Chromium holds redirects after a form's post against `form-action` too.
    """
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    # An app's own scheme has no host, and a policy cannot name an IPv6 address.
    return f"{parts.scheme}:" if _SCHEME.fullmatch(parts.scheme) else ""


def _headers(form_target: str | None) -> Mapping[str, str]:
    form_action = " ".join(filter(None, ("'self'", form_source(form_target or ""))))
    return {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; "
            f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(PAGE_TEMPLATES),
                PrefixLoader({"console": FileSystemLoader(CONSOLE_TEMPLATES)}),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["initials"] = initials
    environment.filters["moment"] = moment
    environment.filters["figure"] = figure
    return environment


def moment(instant: str) -> str:
    """Return an RFC 3339 instant as people read it, to the second."""
    return instant[:19].replace("T", " ")


def figure(value: float) -> str:
    """Return a number with about five digits, as people read it."""
    digits = max(0, 4 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def initials(name: str) -> str:
    """Return what stands on the tile of an app without a logo: two letters of its name."""
    letters = "".join(letter for letter in name if letter.isalnum())
    return letters[:2].upper() or "?"
