"""Consent page: a customer authorizes or denies the request of a client."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response

from mockapi.domain.oauth import TEXTS
from mockapi.http.context import world_of
from mockapi.oauth.authorization import (
    PendingAuthorization,
    console_callbacks,
    validate_authorization_request,
)
from mockapi.oauth.pages.page import PageError, redirect, render
from mockapi.oauth.pages.session import (
    Session,
    current_session,
    get_or_begin_session,
    read_csrf_form,
)
from mockapi.oauth.pages.signin import SIGN_IN_PAGE
from mockapi.store.tables import Customer


async def show_consent(request: Request) -> Response:
    return _show(request, validate_authorization_request(request, sandbox=False))


async def show_sandbox_consent(request: Request) -> Response:
    return _show(request, validate_authorization_request(request, sandbox=True))


async def answer_consent(request: Request) -> Response:
    return await _answer(request, sandbox=False)


async def answer_sandbox_consent(request: Request) -> Response:
    return await _answer(request, sandbox=True)


def _show(request: Request, pending: PendingAuthorization, *, error: str | None = None) -> Response:
    customer = _owner(request, pending)
    url = f"{request.scope['path']}?{request.scope['query_string'].decode('ascii')}"
    if customer is None:
        hinted = pending.hinted_customer()
        target = {"next": url} | ({"login_hint": hinted.email} if hinted else {})
        return redirect(f"{SIGN_IN_PAGE}?{urlencode(target)}")
    return render(
        request,
        "consent.html",
        get_or_begin_session(request),
        status=HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK,
        form_target=pending.redirect_uri,
        app=pending.client.row.name,
        customer=customer,
        sandbox=pending.sandbox,
        texts=[TEXTS[scope] for scope in pending.scopes],
        action=url,
        switch_account_url=f"{SIGN_IN_PAGE}?{urlencode({'next': url})}",
        in_console_flow=pending.redirect_uri in console_callbacks(request),
        error=error,
    )


async def _answer(request: Request, *, sandbox: bool) -> Response:
    form = await read_csrf_form(request)
    pending = validate_authorization_request(request, sandbox=sandbox)
    customer = _owner(request, pending)
    if customer is None:
        return _show(request, pending)
    decision = form.get("decision")
    if decision == "deny":
        return pending.deny()
    if decision != "authorize" or form.get("terms") is None:
        return _show(request, pending, error="Accept the terms and conditions to authorize access.")
    return pending.approve(customer)


def _owner(request: Request, pending: PendingAuthorization) -> Customer | None:
    """Return the customer who signed in, or the sandbox customer without sign-in."""
    if not pending.sandbox:
        session: Session | None = current_session(request)
        return None if session is None else session.customer
    try:
        return world_of(request).store.sandbox_customer()
    except LookupError as error:
        raise PageError(HTTPStatus.NOT_FOUND, "Sandbox customer not found", str(error)) from error
