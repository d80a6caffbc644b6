"""Assembles the control API from its resources."""

from fastapi import Depends, FastAPI

from mockapi.http.admin import (
    clock,
    consents,
    defects,
    errors,
    faults,
    journal,
    judging,
    readings,
    scenarios,
    scores,
    sites,
    snapshots,
    timeline,
    tokens,
    world,
    worlds,
)
from mockapi.http.admin.errors import demand_admin
from mockapi.http.admin.parameters import demand_known_parameters

_RESOURCES = (
    world.router,
    tokens.router,
    consents.router,
    scenarios.router,
    worlds.router,
    clock.router,
    timeline.router,
    snapshots.router,
    sites.router,
    defects.router,
    readings.router,
    scores.router,
    faults.router,
    # Judging before the journal: its paths would be taken for numbers of entries.
    judging.router,
    journal.router,
)

# Who asks comes before what is asked for.
_DEMANDS = [Depends(demand_admin), Depends(demand_known_parameters)]


def create_admin_app(max_body_bytes: int) -> FastAPI:
    """Return the control API as an app, to be mounted somewhere."""
    app = FastAPI(
        title="mockapi control API",
        description="What a test may ask of its world.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        max_body_size=max_body_bytes,
    )
    errors.install_on(app, [route for router in _RESOURCES for route in router.routes])
    app.include_router(world.public)
    for router in _RESOURCES:
        app.include_router(router, dependencies=_DEMANDS)
    return app
