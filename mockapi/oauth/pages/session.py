"""Remembers a browser by a cookie, and makes sure that its forms are our own."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from mockapi.domain.oauth import hash_of
from mockapi.http.context import root_of, url_of, world_of, world_root_of
from mockapi.oauth.parameters import Parameters, form_of
from mockapi.store.tables.oauth import BrowserSession
from mockapi.store.tables.sites import Customer

_LIFETIME = timedelta(hours=8)


class FormForged(Exception):
    """The form was not rendered for this browser's session."""


class NotSignedIn(Exception):
    """The page is for customers, and nobody is signed in."""


@dataclass(frozen=True)
class Visit:
    """A browser on our pages; *secret* is set while its cookie has yet to be handed out."""

    customer: Customer | None
    csrf_token: str
    secret: str | None = None
    secure: bool = False
    cookie: str = ""
    root: str = ""

    def remember_in(self, response: Response) -> None:
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
    """Return the cookie's name: each world's its own, for a browser sends those of all paths."""
    return f"mockapi_session{world_root_of(request).replace('/', '_')}"


def current_visit(request: Request) -> Visit | None:
    """Return the session that the browser's cookie names, if it is live."""
    cookie = request.cookies.get(cookie_of(request))
    world = world_of(request)
    session = world.store.session(cookie, world.now()) if cookie else None
    if session is None:
        return None
    customer_id = session.customer_id
    customer = world.store.customer(customer_id) if customer_id is not None else None
    return Visit(customer, session.csrf_token)


def visit_of(request: Request) -> Visit:
    """Return the browser's session, or a new one of nobody in particular.

    A page with a form needs one even before the sign-in: else that form could be forged.
    """
    return current_visit(request) or begin_visit(request, None)


def signed_in(request: Request) -> Customer | None:
    visit = current_visit(request)
    return None if visit is None else visit.customer


def customer_visit(request: Request) -> tuple[Visit, Customer]:
    """Return the session and who signed in; raises `NotSignedIn`."""
    visit = current_visit(request)
    if visit is None or visit.customer is None:
        raise NotSignedIn
    return visit, visit.customer


def begin_visit(request: Request, customer: Customer | None) -> Visit:
    """Begin a session under a new cookie: one that was there before is worth nothing now."""
    world = world_of(request)
    end_visit(request)
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
    return Visit(
        customer,
        csrf_token,
        secret,
        secure=url_of(request).startswith("https:"),
        cookie=cookie_of(request),
        root=root_of(request),
    )


def end_visit(request: Request) -> None:
    cookie = request.cookies.get(cookie_of(request))
    if cookie:
        world_of(request).store.end_session(cookie)


async def own_form(request: Request) -> Parameters:
    """Return the posted form once it proved to be ours; raises `FormForged`."""
    form = await form_of(request)
    visit = current_visit(request)
    sent = form.get("csrf_token") or ""
    if visit is None or not hmac.compare_digest(visit.csrf_token.encode(), sent.encode()):
        raise FormForged
    return form
