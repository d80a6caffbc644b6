"""Assembles the control API from its resources."""

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
    # Reports before the journal: their paths would be taken for numbers of entries.
    "journal_report_routes": ("journal",),
    "journal_routes": ("journal",),
}
"""The modules of this package that hold a router, each with the words that its paths begin with."""


def create_admin_app(max_body_bytes: int, word: str | None = None) -> FastAPI:
    """Return the control API as an app, to be mounted somewhere.

    Of it only what lies below one first *word* of its paths, if that is stated: all of it takes
    a fifth of a second to make.
    """
    app = FastAPI(
        title="mockapi control API",
        description="What a test may ask of its world.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=max_body_bytes,
    )
    names = [name for name, words in RESOURCES.items() if word is None or word in words]
    resources = [import_module(f"mockapi.control.{name}") for name in names]
    public: list[APIRouter] = [each.public for each in resources if hasattr(each, "public")]
    routers = [*public, *(each.router for each in resources)]
    install_on(app, [route for router in routers for route in router.routes])
    for router in routers:
        app.include_router(router)
    return app
