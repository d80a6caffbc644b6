"""Sign-in and sign-out pages for the customers of the scenario."""

import hmac
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response

from mockapi.http.context import world_of
from mockapi.oauth.authorization import console_callbacks
from mockapi.oauth.pages.page import redirect, render
from mockapi.oauth.pages.session import (
    begin_session,
    end_session,
    get_or_begin_session,
    read_csrf_form,
)
from mockapi.oauth.parameters import query_of
from mockapi.store.tables import Customer

SIGN_IN_PAGE = "/signin"
_ALLOWED_TARGETS = frozenset(
    {"/", "/consent", "/consent/sandbox", "/authorizations", "/personal-access-tokens"}
)


async def show_sign_in(request: Request) -> Response:
    query = query_of(request)
    hint = query.get("login_hint")
    return _page(request, safe_next(query.get("next")), selected=hint)


async def sign_in(request: Request) -> Response:
    form = await read_csrf_form(request)
    next_url = safe_next(form.get("next"))
    name = form.get("customer")
    password = form.get("password") or ""
    if name is None:
        return _page(request, next_url, error="Select a customer.")
    try:
        customer = world_of(request).store.customer_named(name)
    except LookupError:
        return _page(
            request,
            next_url,
            error="This customer does not exist in the world. Select another one.",
        )
    if not _is_password(customer, password):
        return _page(
            request,
            next_url,
            selected=customer.email,
            error=f"The password of {customer.name} is not correct. See the scenario file.",
        )
    return redirect(next_url, begin_session(request, customer))


async def show_sign_out(request: Request) -> Response:
    return render(request, "signout.html", get_or_begin_session(request))


async def sign_out(request: Request) -> Response:
    await read_csrf_form(request)
    end_session(request)
    return redirect("/", begin_session(request, None))


def safe_next(url: str | None) -> str:
    """Return *url* if it is the path of a page of this server, `/` otherwise."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return "/"
    is_allowed = not parts.scheme and not parts.netloc and parts.path in _ALLOWED_TARGETS
    if not is_allowed or not (url or "").isascii() or not (url or "").isprintable():
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_password(customer: Customer, password: str) -> bool:
    if customer.password is None:
        return True
    return hmac.compare_digest(customer.password.encode(), password.encode())


def _page(
    request: Request, next_url: str, *, selected: str | None = None, error: str | None = None
) -> Response:
    customers = world_of(request).store.customers()
    selected = (selected or "").casefold()
    if selected not in {customer.email.casefold() for customer in customers} and customers:
        selected = customers[0].email.casefold()
    return render(
        request,
        "signin.html",
        get_or_begin_session(request),
        status=400 if error else 200,
        customers=customers,
        selected=selected,
        next_url=next_url,
        in_console_flow=_is_in_console_flow(request, next_url),
        error=error,
    )


def _is_in_console_flow(request: Request, next_url: str) -> bool:
    """Return True if the sign-in belongs to the guided flow of the console."""
    query = parse_qs(urlsplit(next_url).query)
    return not console_callbacks(request).isdisjoint(query.get("redirect_uri", ()))
