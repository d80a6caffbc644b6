"""Answers what is wrong with the readings: the ground truth of all defects."""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, WithJsonSchema

from mockapi.control.errors import AdminError, refusals
from mockapi.control.route import AdminRoute
from mockapi.control.schemas.defects import IncidentBody, TruthBody
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.scenario.defects import KINDS
from mockapi.store.tables.sites import Site
from mockapi.world.truth import findings
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not known; known are {', '.join(sorted(KINDS))}")
    return kind


Kind = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": sorted(KINDS)})
]


# Not async: over a thousand sites it takes seconds, in a thread, and other requests go on.
@router.get(
    "/defects",
    summary="Every incident of every defect: the ground truth of the readings",
    operation_id="listDefects",
    responses=refusals(404),
)
def list_defects(
    request: Request,
    *,
    site: Annotated[str | None, Query(description="Id of a site; all sites if unset.")] = None,
    kind: Kind | None = None,
    since: Annotated[
        WorldInstant | None, Query(description="The beginning of the back-fill if unset.")
    ] = None,
    until: Annotated[WorldInstant | None, Query(description="Now if unset.")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> TruthBody:
    world = world_of(request)
    found = findings(world, _sites(world, site), kind, since, until)
    told = [IncidentBody.of(each) for each in islice(found, limit + 1)]
    return TruthBody(defects=tuple(told[:limit]), more=len(told) > limit)


def _sites(world: World, site_id: str | None) -> Sequence[Site]:
    """Return every site once, in the scenario's order, or the one with *site_id*."""
    sites = {
        site.id: site
        for customer in world.store.customers()
        for site in world.store.sites(customer.id)
    }
    if site_id is None:
        return sorted(sites.values(), key=lambda site: site.position)
    if site_id not in sites:
        raise AdminError(HTTPStatus.NOT_FOUND, f"No site has the id {site_id!r}.")
    return [sites[site_id]]
