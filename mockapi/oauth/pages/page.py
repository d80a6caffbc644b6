"""Rendering of pages: escaped, without scripts, frames and caching."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from mockapi.http.context import prefix_of, world_prefix_of
from mockapi.oauth.pages.session import Session
from mockapi.resources import CONSOLE_TEMPLATES, PAGE_TEMPLATES

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


class PageError(Exception):
    """Error that is shown as a page."""

    def __init__(self, status: HTTPStatus, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail


def render(
    request: Request,
    template: str,
    session: Session | None = None,
    *,
    status: int = HTTPStatus.OK,
    form_target: str | None = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Return the page *template*. Its forms can redirect to *form_target* and to this server."""
    html = (
        _templates()
        .get_template(template)
        .render(session=session, prefix=prefix_of(request), root=world_prefix_of(request), **values)
    )
    response = Response(html, status, {**_headers(form_target), **(headers or {})}, "text/html")
    if session is not None:
        session.set_cookie(response)
    return response


def error_page(
    request: Request, error: PageError, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the page for *error*."""
    return render(
        request,
        "error.html",
        status=error.status,
        headers=headers,
        title=error.title,
        detail=error.detail,
    )


def redirect(location: str, session: Session | None = None) -> Response:
    """Return a redirect to another page of this server, requested with GET."""
    response = Response(
        status_code=HTTPStatus.SEE_OTHER if session is not None else HTTPStatus.FOUND,
        headers={**_headers(None), "Location": location},
    )
    if session is not None:
        session.set_cookie(response)
    return response


def form_source(uri: str) -> str:
    """Return the source that allows *uri* in a Content-Security-Policy.

    Chromium also applies `form-action` to redirects after a form was posted.
    """
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    # Custom schemes have no host, and a policy cannot contain an IPv6 address.
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
    environment.filters["instant"] = format_instant
    environment.filters["number"] = format_number
    environment.filters["score"] = format_score
    environment.filters["gap"] = format_gap
    return environment


def format_instant(instant: str) -> str:
    """Return an RFC 3339 instant as date and time, to the second."""
    return instant[:19].replace("T", " ")


def format_number(value: float) -> str:
    """Return a number with five significant digits and thousands separators."""
    digits = max(0, 4 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_score(score: float) -> str:
    """Return a score, or points of one, with one decimal, rounded half up."""
    tenths = Decimal(str(score)).quantize(_TENTH, ROUND_HALF_UP)
    return f"{tenths:f}"


_TENTH = Decimal("0.1")
_UNITS: Sequence[tuple[float, int, str]] = (
    (60, 1, "s"),
    (3_600, 60, "min"),
    (math.inf, 3_600, "h"),
)


def format_gap(milliseconds: float) -> str:
    """Return a duration in its largest unit; the same text as `formatGap` of `dom.js`."""
    if milliseconds < 1_000:  # noqa: PLR2004 - a second
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1_000
    size, unit = next((size, unit) for limit, size, unit in _UNITS if seconds < limit)
    return f"{seconds / size:.1f} {unit}"


def initials(name: str) -> str:
    """Return the first two letters of an application's name, for its tile."""
    letters = "".join(letter for letter in name if letter.isalnum())
    return letters[:2].upper() or "?"
