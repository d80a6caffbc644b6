"""Route of data defects."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, WithJsonSchema

from mockapi.control.route import AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.reading_bodies import DefectsView, IncidentView
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.scenario.defects import DEFECT_KINDS
from mockapi.store.tables import Site
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


def _known(kind: str) -> str:
    if kind not in DEFECT_KINDS:
        raise ValueError(f"must be one of {', '.join(sorted(DEFECT_KINDS))}, not {kind!r}")
    return kind


Kind = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(DEFECT_KINDS)})
]


# Not async: a thousand sites take seconds, in a thread.
@router.get(
    "/defects",
    summary="List the incidents of all data defects",
    operation_id="listDefects",
    responses=error_responses(404),
)
def list_defects(
    request: Request,
    *,
    site: Annotated[str | None, Query(description="Id of a site. All sites if unset.")] = None,
    kind: Kind | None = None,
    since: Annotated[
        WorldInstant | None, Query(description="Default: the start of the history.")
    ] = None,
    until: Annotated[WorldInstant | None, Query(description="Default: now.")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> DefectsView:
    world = world_of(request)
    reader = world.reader
    # A generator, so that sites beyond the limit are not computed.
    found = (
        incident
        for each in _sites(world, site)
        for incident in reader.incidents(each, kind, since, until)
    )
    listed = [IncidentView.of(each) for each in islice(found, limit + 1)]
    return DefectsView(defects=tuple(listed[:limit]), has_more=len(listed) > limit)


def _sites(world: World, site_id: str | None) -> Sequence[Site]:
    """Return all sites in the order of the scenario, or the one with *site_id*."""
    if site_id is None:
        return all_sites(world)
    with not_found_errors():
        return [site_with(world, site_id)]
