"""Factory of the server's ASGI app. Apps share no state, and importing creates none."""

import sys
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.control.app import PREFIX, ControlApi
from mockapi.control.health import health
from mockapi.domain.clock import Clock
from mockapi.environment import MissingPackageError, exports_traces
from mockapi.http.address import MCP_PATH
from mockapi.http.context import context_in
from mockapi.http.exhaustion import Unavailable
from mockapi.http.responses import problem
from mockapi.loading import import_all
from mockapi.middleware.cors import Cors
from mockapi.middleware.faults import FaultMiddleware, HttpFaultAdapter
from mockapi.middleware.gateway import Gateway
from mockapi.middleware.ingress import Ingress, RequestLimits
from mockapi.middleware.journal import JournalMiddleware
from mockapi.middleware.request_log import RequestLog
from mockapi.middleware.world_routing import WorldMiddleware
from mockapi.settings import ErrorStyle, LogLevel, Settings
from mockapi.world.registry import Worlds
from mockapi.world.world import World


class _LazyWebApp:
    """The web app, created on the first request, once per combination of relevant settings."""

    def __init__(self, control: ControlApi | None) -> None:
        self._control = control
        self._apps: dict[tuple[bool, bool, bool], ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        world = context_in(scope).world
        settings = world.settings
        kind = (settings.strict_paths, settings.internal_grants, world.edition.old_names)
        if kind not in self._apps:
            # Imported lazily: Authlib, Jinja2 and the pages would slow every start.
            from mockapi.web_app import create_web_app

            self._apps[kind] = create_web_app(settings, self._control, old_names=kind[-1])
        await self._apps[kind](scope, receive, send)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> FastAPI:
    """Return an ASGI app with its own worlds, ready to serve.

    The default world is opened here and not in a lifespan, because in-process transports do not
    run lifespans. *clock* replaces the system clock; the default world starts by following it.
    Raise the errors of `World.open`, and `MissingPackageError`.
    """
    if "freezegun" in sys.modules:
        import_all()
    settings = settings or Settings()
    worlds = Worlds(World.open(settings, clock))
    admin = ControlApi(settings.max_body_bytes) if settings.admin else None

    app = _App(settings)
    app.state.worlds = worlds
    app.state.world = worlds.first
    app.add_middleware(Gateway)
    app.add_middleware(FaultMiddleware, api=HttpFaultAdapter(_refresh_error))
    # Middleware added last runs first, so the journal records the final response.
    app.add_middleware(JournalMiddleware)
    if settings.metrics:
        _add_metrics(app, worlds)
    app.add_middleware(WorldMiddleware, worlds=worlds, deleted_page=_deleted_page)
    app.add_middleware(Unavailable)
    app.add_middleware(RequestLimits)
    app.add_route("/healthz", health)
    app.add_route("/readyz", health)
    if admin is not None:
        app.mount(PREFIX, admin)
    if settings.mcp and admin is not None:
        _add_mcp(app, settings)
    # Last, because it matches every path except those that contain a line break.
    app.mount("", _LazyWebApp(admin))
    app.add_exception_handler(HTTPStatus.NOT_FOUND, _not_found)
    return app


def _add_metrics(app: FastAPI, worlds: Worlds) -> None:
    """Serve `/metrics`. Raise `MissingPackageError` without prometheus-client."""
    try:
        # Imported lazily: an optional dependency.
        from mockapi.middleware.metrics import Metrics, MetricsMiddleware
    except ImportError as error:
        raise MissingPackageError("MOCKAPI_METRICS", "prometheus-client", "metrics") from error
    metrics = Metrics(worlds)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_route("/metrics", metrics.respond)


def _add_mcp(app: FastAPI, settings: Settings) -> None:
    """Serve MCP at `/mcp`. Raise `MissingPackageError` without the package mcp."""
    try:
        # Imported lazily: an optional dependency.
        from mockapi.mcp.endpoint import McpEndpoint
    except ImportError as error:
        raise MissingPackageError("MOCKAPI_MCP", "mcp", "mcp") from error
    app.router.routes.append(Route(MCP_PATH, McpEndpoint(app, settings.admin_token)))


class _App(FastAPI):
    """A FastAPI app with outer middleware that also handles responses to unhandled errors."""

    def __init__(self, settings: Settings) -> None:
        # Without the SDK there is nothing to send traces to, and each request would look for it.
        traces = exports_traces() or "opentelemetry.sdk" in sys.modules
        super().__init__(
            title="mockapi",
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            telemetry={"tracing": traces, "metrics": traces, "logs": traces},
        )
        self._settings = settings

    def build_middleware_stack(self) -> ASGIApp:
        stack = Ingress(Cors(super().build_middleware_stack()), self._settings)
        if self._settings.log_level not in (LogLevel.DEBUG, LogLevel.INFO):
            return stack
        return RequestLog(stack)


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND, "This path does not exist.")


async def _deleted_page(request: Request, detail: str, name: str) -> Response:
    """Return the error page for the world *name*, which does not exist."""
    # Imported lazily: see _LazyWebApp.
    from mockapi.console.page import ConsoleNotFoundError, not_found_page

    return await not_found_page(
        request, ConsoleNotFoundError(detail, "worlds", f"World {name} does not exist")
    )


def _refresh_error(style: ErrorStyle) -> Response:
    # Imported lazily: see _LazyWebApp.
    from mockapi.oauth.errors import InvalidRefreshToken, oauth_error_response

    return oauth_error_response(InvalidRefreshToken(), style)
