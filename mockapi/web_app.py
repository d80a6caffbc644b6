"""The web app: OAuth endpoints, pages, console, API documents and static files."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from mockapi.api.error_responses import error_response
from mockapi.console.app import console_routes
from mockapi.console.page import CONSOLE, ConsoleNotFoundError, not_found_page
from mockapi.control.app import ControlApi
from mockapi.domain.errors import (
    ApiError,
    BasePathUnknown,
    MethodNotAllowed,
    StorageFailed,
    reason_phrase,
)
from mockapi.http.address import METADATA_PATH
from mockapi.http.context import url_of, world_of
from mockapi.http.exhaustion import Unavailable
from mockapi.middleware.gateway import OAUTH_BASES
from mockapi.oauth.endpoints import CONSENT_PAGE, SANDBOX_CONSENT_PAGE, oauth_routes
from mockapi.oauth.errors import oauth_error_response, oauth_json
from mockapi.oauth.pages import consent, portal, signin
from mockapi.oauth.pages.page import PageError, error_page, redirect
from mockapi.oauth.pages.session import CsrfError, NotSignedInError
from mockapi.oauth.server import OAuthServer
from mockapi.resources import STATIC
from mockapi.settings import ErrorStyle, Settings

_ACCESS = portal.AUTHORIZATIONS_PAGE
_TOKENS = portal.PERSONAL_TOKENS_PAGE


def create_web_app(settings: Settings, control: ControlApi | None, *, old_names: bool) -> FastAPI:
    """Return the app for browsers and OAuth clients; *old_names* is that of the edition."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Unavailable)
    app.add_exception_handler(404, _unrouted)
    app.add_exception_handler(405, _unrouted)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=1000))
    app.mount("", _pages(settings, control, old_names=old_names))
    return app


def _pages(settings: Settings, control: ControlApi | None, *, old_names: bool) -> FastAPI:
    """Return OAuth endpoints, pages and console; *old_names* is that of the edition."""
    # Authlib logs issued tokens at level DEBUG.
    logging.getLogger("authlib.oauth2.rfc6749.grants").setLevel(logging.INFO)
    pages = [
        Route(signin.SIGN_IN_PAGE, signin.show_sign_in),
        Route(signin.SIGN_IN_PAGE, signin.sign_in, methods=["POST"]),
        Route("/signout", signin.show_sign_out),
        Route("/signout", signin.sign_out, methods=["POST"]),
        Route(CONSENT_PAGE, consent.show_consent),
        Route(CONSENT_PAGE, consent.answer_consent, methods=["POST"]),
        Route(SANDBOX_CONSENT_PAGE, consent.show_sandbox_consent),
        Route(SANDBOX_CONSENT_PAGE, consent.answer_sandbox_consent, methods=["POST"]),
        Route(_ACCESS, portal.show_authorizations),
        Route(f"{_ACCESS}/revoke", portal.revoke_authorization, methods=["POST"]),
        Route(_TOKENS, portal.show_personal_tokens),
        Route(_TOKENS, portal.create_personal_token, methods=["POST"]),
        Route(f"{_TOKENS}/revoke", portal.revoke_personal_token, methods=["POST"]),
        *console_routes(),
    ]
    # A FastAPI app, whose router names the spans of traces.
    site = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        routes=[*oauth_routes(settings, old_names=old_names), *pages],
        exception_handlers={
            OAuth2Error: _oauth_refused,
            ApiError: _api_refused,
            ConsoleNotFoundError: not_found_page,
            PageError: _page_refused,
            CsrfError: _stale_form,
            NotSignedInError: _not_signed_in,
            HTTPException: _unrouted,
            Exception: _failed,
        },
    )
    site.state.control = control
    site.add_middleware(Unavailable)
    # A path with an extra slash is a different, unknown path.
    site.router.redirect_slashes = False
    return site


async def _oauth_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, OAuth2Error):
        raise error
    style = world_of(request).settings.error_style
    if error.redirect_uri:
        server = OAuthServer(world_of(request), url_of(request))
        return server.redirect(error.redirect_uri, error.get_body())
    if _is_oauth(request) and (style is ErrorStyle.APIGEE or request.method == "POST"):
        return oauth_error_response(error, style)
    return error_page(
        request,
        PageError(
            HTTPStatus.BAD_REQUEST, "This request is not valid", error.get_error_description()
        ),
    )


async def _api_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    if _is_oauth(request):
        return _oauth_json_refused(error)
    return error_page(request, PageError(error.status, reason_phrase(error.status), error.detail))


def _oauth_json_refused(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error that RFC 6749 does not define, in the format of RFC 6749."""
    code = "server_error" if isinstance(error, StorageFailed) else "invalid_request"
    body = {"error": code, "error_description": error.detail}
    return oauth_json(body, error.status, headers)


async def _page_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, PageError):
        raise error
    return error_page(request, error)


async def _stale_form(request: Request, error: Exception) -> Response:
    return error_page(
        request,
        PageError(
            HTTPStatus.FORBIDDEN,
            "This form is out of date",
            "It was not made for this browser session, or the session has ended. "
            "Go back, reload the page and try again.",
        ),
    )


async def _not_signed_in(request: Request, error: Exception) -> Response:
    here = request.scope["path"].removesuffix("/revoke")
    return redirect(f"{signin.SIGN_IN_PAGE}?{urlencode({'next': here})}")


async def _unrouted(request: Request, error: Exception) -> Response:
    """Return the error for an unknown path or method, as OAuth JSON or as a page."""
    if not isinstance(error, HTTPException):
        raise error
    path: str = request.scope["path"]
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        refusal = MethodNotAllowed(request.method, _allowed(request, error))
        headers = {"Allow": ", ".join(refusal.allowed)}
        if _is_oauth(request):
            return _oauth_json_refused(refusal, headers)
        return error_page(
            request,
            PageError(refusal.status, "Method not allowed", refusal.detail),
            headers,
        )
    if _is_oauth(request):
        return error_response(request, BasePathUnknown(path))
    if path.startswith(f"{CONSOLE}/"):
        not_found = ConsoleNotFoundError(
            "This address does not exist in the console.", "home", "Page not found"
        )
        return await not_found_page(request, not_found)
    return error_page(
        request,
        PageError(HTTPStatus.NOT_FOUND, "Page not found", "This page does not exist."),
    )


async def _failed(request: Request, error: Exception) -> Response:
    # Starlette raises the error again after this response, so that it is logged.
    return error_page(
        request,
        PageError(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something went wrong",
            "This is an error of the emulator, not of your client. See the log of the server.",
        ),
    )


def _is_oauth(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.startswith(OAUTH_BASES) or path == METADATA_PATH


def _allowed(request: Request, error: HTTPException) -> list[str]:
    allowed = set((error.headers or {}).get("Allow", "").split(", "))
    for route in request.app.routes:
        if isinstance(route, Route) and route.path == request.scope["path"]:
            allowed |= route.methods or set()
    return sorted(allowed)
