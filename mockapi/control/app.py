"""Control API as an ASGI app whose parts are created on first use."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from threading import Lock

from fastapi import APIRouter, FastAPI
from starlette._utils import get_route_path
from starlette.types import Receive, Scope, Send

PREFIX = "/__admin"
RESOURCES: Mapping[str, Sequence[str]] = {
    "world_routes": ("health", "world", "reset"),
    "token_routes": ("tokens", "pats", "consents"),
    "scenario_routes": ("scenario", "scenarios"),
    "named_world_routes": ("worlds",),
    "clock_routes": ("clock", "changes", "timeline"),
    "snapshot_routes": ("snapshots",),
    "site_routes": ("sites", "series"),
    "account_routes": ("customers", "clients"),
    "state_routes": ("sites", "meters", "scores", "scoring-requests"),
    "reading_routes": ("defects", "readings"),
    "score_routes": ("scores",),
    "fault_routes": ("faults",),
    # Reports before the journal, because `/journal/{number}` would match their paths.
    "journal_report_routes": ("journal",),
    "journal_routes": ("journal",),
}
"""Modules of this package with a router, and the first segments of their paths."""


class ControlApi:
    """ASGI app that creates the parts of the control API on their first request."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._parts: dict[str, FastAPI] = {}
        # FastAPI suppresses a warning while it creates routes, and other threads restore it.
        self._creation = Lock()

    @cached_property
    def app(self) -> FastAPI:
        """Whole control API, for its OpenAPI document."""
        with self._creation:
            return create_admin_app(self._max_body_bytes)

    def _part(self, segment: str) -> FastAPI:
        if not any(segment in segments for segments in RESOURCES.values()):
            segment = ""
        if segment not in self._parts:
            with self._creation:
                self._parts[segment] = create_admin_app(self._max_body_bytes, segment)
        return self._parts[segment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segment = get_route_path(scope).strip("/").partition("/")[0]
        # Starlette would respond to a large Content-Length with plain text. Without it, the body is
        # read up to the limit, and the error is a problem.
        headers = [each for each in scope["headers"] if each[0] != b"content-length"]
        await self._part(segment)({**scope, "headers": headers}, receive, send)


def create_admin_app(max_body_bytes: int, segment: str | None = None) -> FastAPI:
    """Return the control API as an app to mount.

    With *segment*, return only the routes whose paths start with it, because the whole app takes
    200 ms to create.
    """
    # Imported lazily: the control API adds 20 % to start-up.
    from mockapi.control.route import install_on

    app = FastAPI(
        title="mockapi control API",
        description="Reads and changes worlds: time, faults, journal, readings and tokens.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=max_body_bytes,
    )
    names = [name for name, segments in RESOURCES.items() if segment is None or segment in segments]
    resources = [import_module(f"mockapi.control.{name}") for name in names]
    public: list[APIRouter] = [each.public for each in resources if hasattr(each, "public")]
    routers = [*public, *(each.router for each in resources)]
    install_on(app)
    # Not `include_router`, which builds each route again.
    app.router.routes.extend(route for router in routers for route in router.routes)
    return app
