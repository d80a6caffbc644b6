"""FastAPI application of the control API."""

from collections.abc import Mapping, Sequence
from importlib import import_module

from fastapi import APIRouter, FastAPI

from mockapi.control.route import install_on

RESOURCES: Mapping[str, Sequence[str]] = {
    "world_routes": ("health", "world", "reset"),
    "token_routes": ("tokens", "pats", "consents"),
    "scenario_routes": ("scenario", "scenarios"),
    "named_world_routes": ("worlds",),
    "clock_routes": ("clock", "changes", "timeline"),
    "snapshot_routes": ("snapshots",),
    "site_routes": ("sites", "series"),
    "defect_routes": ("defects",),
    "reading_routes": ("readings",),
    "score_routes": ("scores",),
    "fault_routes": ("faults",),
    # Reports before the journal, because `/journal/{number}` would match their paths.
    "journal_report_routes": ("journal",),
    "journal_routes": ("journal",),
}
"""Modules of this package with a router, and the first segments of their paths."""


def create_admin_app(max_body_bytes: int, segment: str | None = None) -> FastAPI:
    """Return the control API as an app to mount.

    With *segment*, return only the routes whose paths start with it, because the whole app takes
    200 ms to create.
    """
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
    install_on(app, [route for router in routers for route in router.routes])
    for router in routers:
        app.include_router(router)
    return app
