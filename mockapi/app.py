"""Assembles the server; nothing is built at import, and two apps share nothing."""

import sys
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from mockapi.domain.clock import Clock
from mockapi.faults.middleware import FaultMiddleware
from mockapi.http.admin.mount import PREFIX, ControlApi
from mockapi.http.cors import Cors
from mockapi.http.entrance import Entrance
from mockapi.http.exhaustion import Unavailable
from mockapi.http.fault_gate import HttpGate
from mockapi.http.front import Front
from mockapi.http.gateway import Gateway, mounted
from mockapi.http.health import health
from mockapi.http.ingress import Ingress
from mockapi.http.journalling import Journalling
from mockapi.http.limits import RequestLimits
from mockapi.loading import import_all
from mockapi.settings import LogLevel, Settings
from mockapi.world.world import World
from mockapi.world.worlds import Worlds


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
    mounted(worlds.first.edition, strict_paths=settings.strict_paths)

    app = _App(settings)
    app.state.worlds = worlds
    app.state.world = worlds.first
    app.add_middleware(Gateway)
    app.add_middleware(FaultMiddleware, gate=HttpGate())
    # The last one added is met first: the journal tells what the client saw.
    app.add_middleware(Journalling)
    app.add_middleware(Entrance, worlds=worlds)
    app.add_middleware(Unavailable)
    app.add_middleware(RequestLimits)
    app.add_route("/healthz", health)
    if admin is not None:
        app.mount(PREFIX, admin)
    # Last: it takes every path that nobody took before, but for one with a line's end in it.
    app.mount("", Front(admin))
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
        from mockapi.http.request_log import RequestLog

        return RequestLog(stack)


async def _nowhere(request: Request, error: Exception) -> Response:
    # Late, as the control API is.
    from mockapi.http.admin.errors import problem

    return problem(HTTPStatus.NOT_FOUND, "There is no such path.")
