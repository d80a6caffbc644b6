"""Signs a customer of the scenario in and out."""

import hmac
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response

from mockapi.http.context import world_of
from mockapi.oauth.metadata import console_callbacks
from mockapi.oauth.pages.page import redirect, render
from mockapi.oauth.pages.session import begin_visit, end_visit, own_form, visit_of
from mockapi.oauth.parameters import query_of
from mockapi.store.tables.sites import Customer

SIGN_IN_PAGE = "/signin"
_LEADS_TO = frozenset(
    {"/", "/consent", "/consent/sandbox", "/authorizations", "/personal-access-tokens"}
)


async def show_sign_in(request: Request) -> Response:
    query = query_of(request)
    hint = query.get("login_hint")
    return _page(request, safe_next(query.get("next")), chosen=hint)


async def sign_in(request: Request) -> Response:
    form = await own_form(request)
    onward = safe_next(form.get("next"))
    name = form.get("customer")
    password = form.get("password") or ""
    if name is None:
        return _page(request, onward, error="Choose who signs in.")
    try:
        customer = world_of(request).store.customer_named(name)
    except LookupError:
        return _page(request, onward, error="This world has no such customer.")
    if not _knows_password(customer, password):
        return _page(
            request,
            onward,
            chosen=customer.email,
            error=f"That is not the password that the scenario states for {customer.name}.",
        )
    return redirect(onward, begin_visit(request, customer))


async def show_sign_out(request: Request) -> Response:
    return render(request, "signout.html", visit_of(request))


async def sign_out(request: Request) -> Response:
    await own_form(request)
    end_visit(request)
    return redirect("/", begin_visit(request, None))


def safe_next(url: str | None) -> str:
    """Return *url* if it leads to one of our own pages, and the front page otherwise."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return "/"
    ours = not parts.scheme and not parts.netloc and parts.path in _LEADS_TO
    if not ours or not (url or "").isascii() or not (url or "").isprintable():
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _knows_password(customer: Customer, password: str) -> bool:
    if customer.password is None:
        return True
    return hmac.compare_digest(customer.password.encode(), password.encode())


def _page(
    request: Request, onward: str, *, chosen: str | None = None, error: str | None = None
) -> Response:
    customers = world_of(request).store.customers()
    chosen = (chosen or "").casefold()
    if chosen not in {customer.email.casefold() for customer in customers} and customers:
        chosen = customers[0].email.casefold()
    return render(
        request,
        "signin.html",
        visit_of(request),
        status=400 if error else 200,
        customers=customers,
        chosen=chosen,
        onward=onward,
        tried=_is_tried(request, onward),
        error=error,
    )


def _is_tried(request: Request, onward: str) -> bool:
    """Tell whether the sign-in is a step of the flow that the console leads through."""
    asked = parse_qs(urlsplit(onward).query)
    return not console_callbacks(request).isdisjoint(asked.get("redirect_uri", ()))
