"""Browser sessions: cookie, sign-in state and CSRF protection."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from mockapi.domain.oauth import hash_of
from mockapi.http.context import url_of, world_of, world_prefix_of, world_root_of
from mockapi.oauth.parameters import Parameters, form_of
from mockapi.store.tables import BrowserSession, Customer

_LIFETIME = timedelta(hours=8)


class CsrfError(Exception):
    """Raised if the CSRF token of a form does not belong to the session of the browser."""


class NotSignedInError(Exception):
    """Raised if a page needs a customer and the session has none."""


@dataclass(frozen=True)
class Session:
    """Session of a browser. *secret* is set if the response must set the cookie."""

    customer: Customer | None
    csrf_token: str
    secret: str | None = None
    secure: bool = False
    cookie: str = ""
    root: str = ""

    def set_cookie(self, response: Response) -> None:
        """Set the cookie of a new session on *response*."""
        if self.secret is not None:
            response.set_cookie(
                self.cookie,
                self.secret,
                httponly=True,
                samesite="lax",
                path=f"{self.root}/",
                secure=self.secure,
            )


def cookie_of(request: Request) -> str:
    """Return the name of the cookie; each world has its own, because browsers send all of them."""
    return f"mockapi_session{world_root_of(request).replace('/', '_')}"


def current_session(request: Request) -> Session | None:
    """Return the session of the cookie, or None if there is none or it has expired."""
    cookie = request.cookies.get(cookie_of(request))
    world = world_of(request)
    row = world.store.session(cookie, world.now()) if cookie else None
    if row is None:
        return None
    customer_id = row.customer_id
    customer = world.store.customer(customer_id) if customer_id is not None else None
    return Session(customer, row.csrf_token)


def get_or_begin_session(request: Request) -> Session:
    """Return the session of the browser, or a new one without a customer.

    A form needs a session even before sign-in, for its CSRF token.
    """
    return current_session(request) or begin_session(request, None)


def signed_in_customer(request: Request) -> Customer | None:
    """Return the customer of the session, or None."""
    session = current_session(request)
    return None if session is None else session.customer


def require_customer(request: Request) -> tuple[Session, Customer]:
    """Return the session and its customer. Raise `NotSignedInError` if there is none."""
    session = current_session(request)
    if session is None or session.customer is None:
        raise NotSignedInError
    return session, session.customer


def begin_session(request: Request, customer: Customer | None) -> Session:
    """Begin a session with a new cookie, and end the previous one."""
    world = world_of(request)
    end_session(request)
    secret = secrets.token_urlsafe(32)
    csrf_token = secrets.token_urlsafe(32)
    world.store.add_session(
        BrowserSession(
            session_hash=hash_of(secret),
            csrf_token=csrf_token,
            customer_id=None if customer is None else customer.id,
            expires_at=world.now() + _LIFETIME,
        ),
        world.now(),
    )
    return Session(
        customer,
        csrf_token,
        secret,
        secure=url_of(request).startswith("https:"),
        cookie=cookie_of(request),
        root=world_prefix_of(request),
    )


def end_session(request: Request) -> None:
    """End the session of the browser, if it has one."""
    cookie = request.cookies.get(cookie_of(request))
    if cookie:
        world_of(request).store.end_session(cookie)


async def read_csrf_form(request: Request) -> Parameters:
    """Return the posted form. Raise `CsrfError` if its CSRF token is not that of the session."""
    form = await form_of(request)
    session = current_session(request)
    sent = form.get("csrf_token") or ""
    if session is None or not hmac.compare_digest(session.csrf_token.encode(), sent.encode()):
        raise CsrfError
    return form
