"""Assembles the server; nothing is built at import, and two apps share nothing."""

import sys
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.control.health import health
from mockapi.control.mount import PREFIX, ControlApi
from mockapi.domain.clock import Clock
from mockapi.http.context import context_in
from mockapi.http.exhaustion import Unavailable
from mockapi.http.problem_details import problem
from mockapi.loading import import_all
from mockapi.middleware.cors import Cors
from mockapi.middleware.faults import FaultMiddleware, HttpFaultAdapter
from mockapi.middleware.gateway import Gateway, build_products
from mockapi.middleware.ingress import Ingress
from mockapi.middleware.journal import JournalMiddleware
from mockapi.middleware.limits import RequestLimits
from mockapi.middleware.request_log import RequestLog
from mockapi.middleware.world_routing import WorldMiddleware
from mockapi.settings import ErrorStyle, LogLevel, Settings
from mockapi.world.registry import Worlds
from mockapi.world.world import World


class _LazyWebApp:
    """The web app, made when it is first asked for, once for all worlds with equal settings."""

    def __init__(self, control: ControlApi | None) -> None:
        self._control = control
        self._apps: dict[tuple[bool, bool, bool], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        world = context_in(scope).world
        settings = world.settings
        kind = (settings.strict_paths, settings.internal_grants, world.edition.old_names)
        if kind not in self._apps:
            # Imported lazily: Authlib, Jinja2 and the pages would make every start longer.
            from mockapi.web_app import create_web_app

            self._apps[kind] = create_web_app(settings, self._control, old_names=kind[-1])
        await self._apps[kind](scope, receive, send)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """Return an ASGI app around worlds of its own, ready at once.

    The first one is made here and not in a lifespan, because in-process transports run none.
    *clock* stands in for the system's, and that world begins by following it. Raises what
    `World.open` raises.
    """
    if "freezegun" in sys.modules:
        import_all()
    settings = settings or Settings()
    worlds = Worlds(World.open(settings, clock))
    admin = ControlApi(settings.max_body_bytes) if settings.admin else None
    build_products(worlds.first.edition, strict_paths=settings.strict_paths)

    app = _App(settings)
    app.state.worlds = worlds
    app.state.world = worlds.first
    app.add_middleware(Gateway)
    app.add_middleware(FaultMiddleware, api=HttpFaultAdapter(_refused_refresh))
    # The last one added is met first: the journal tells what the client saw.
    app.add_middleware(JournalMiddleware)
    app.add_middleware(WorldMiddleware, worlds=worlds, deleted_page=_deleted_page)
    app.add_middleware(Unavailable)
    app.add_middleware(RequestLimits)
    app.add_route("/healthz", health)
    if admin is not None:
        app.mount(PREFIX, admin)
    # Last: it takes every path that nobody took before, but for one with a line's end in it.
    app.mount("", _LazyWebApp(admin))
    app.add_exception_handler(HTTPStatus.NOT_FOUND, _nowhere)
    return app


class _App(FastAPI):
    """A FastAPI app within middleware that its answers to unhandled errors pass as well."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(title="mockapi", openapi_url=None, docs_url=None, redoc_url=None)
        self._settings = settings

    def build_middleware_stack(self) -> ASGIApp:
        stack = Ingress(Cors(super().build_middleware_stack()), self._settings)
        if self._settings.log_level not in (LogLevel.DEBUG, LogLevel.INFO):
            return stack
        return RequestLog(stack)


async def _nowhere(request: Request, error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND, "There is no such path.")


async def _deleted_page(request: Request, detail: str, name: str) -> Response:
    """Return the page for a browser that asks for the world *name*, which does not exist."""
    # Imported lazily: see _LazyWebApp.
    from mockapi.console.page import NotShown, not_shown

    return await not_shown(request, NotShown(detail, "worlds", f"There is no world {name}"))


def _refused_refresh(style: ErrorStyle) -> Response:
    # Imported lazily: see _LazyWebApp.
    from mockapi.oauth.errors import InvalidRefreshToken, oauth_error_response

    return oauth_error_response(InvalidRefreshToken(), style)
