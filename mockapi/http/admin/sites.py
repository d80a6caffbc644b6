"""Tells of sites, whoever may see them, and gives their readings as columns."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockapi.domain import instants
from mockapi.domain.interval import Interval
from mockapi.http.admin.errors import AdminError
from mockapi.http.admin.refusals import refusals
from mockapi.http.admin.route import AdminRoute
from mockapi.http.queries import WorldInstant
from mockapi.http.request import world_of
from mockapi.store.tables.sites import Site
from mockapi.wire.admin_series import SeriesView
from mockapi.wire.admin_sites import (
    CauseView,
    MeterView,
    ProjectView,
    ScoringRequestView,
    SiteSummary,
    SiteView,
)
from mockapi.world.sites import all_sites, history_begins, interval_of, site_with
from mockapi.world.world import World

MOST_READINGS = 120_000
"""A little more than three years of quarter-hours."""

router = APIRouter(route_class=AdminRoute)


@router.get(
    "/sites", summary="Every site of the world", operation_id="listAllSites", responses=refusals()
)
def list_sites(request: Request) -> list[SiteSummary]:
    world = world_of(request)
    owners = {each.id: each for each in world.store.customers()}
    return [SiteSummary.of(site, owners[site.customer_id]) for site in all_sites(world)]


# Not async: the first answer imports numpy, in a thread, and other requests go on.
@router.get(
    "/sites/{site_id}",
    summary="One site with its meters, projects, scoring requests, and causes of its levels",
    operation_id="getSite",
    responses=refusals(404),
)
def get_site(request: Request, site_id: str) -> SiteView:
    world = world_of(request)
    return site_view(world, known_site(world, site_id))


# Not async: a year of quarter-hours takes a while, in a thread, and other requests go on.
@router.get(
    "/series",
    summary="The readings under a key as columns, by `date`, as they stand now",
    operation_id="getSeries",
    response_model=SeriesView,
    responses=refusals(404),
)
def get_series(
    request: Request,
    *,
    site: Annotated[str, Query(description="Id of the site.")],
    key: str,
    since: Annotated[
        WorldInstant | None, Query(description="The beginning of the back-fill if unset.")
    ] = None,
    until: Annotated[WorldInstant | None, Query(description="Now if unset.")] = None,
    interval: Annotated[
        Interval | None, Query(description="The meter's own if unset; coarser ones are made.")
    ] = None,
    differences: Annotated[
        bool,
        Query(
            description="Whether `dates` and `updated_at` are given as the difference to the one "
            "before, the first to 0: half as long."
        ),
    ] = False,
) -> Response:
    # Late: numpy would make every start longer.
    from mockapi.http.admin.columns import series_view

    world = world_of(request)
    found = known_site(world, site)
    begin = since or history_begins(world, found) or world.now()
    view = series_view(world, found, key, (begin, until or world.now()), interval)
    if differences:
        view = view.in_differences()
    return Response(view.model_dump_json(), media_type="application/json")


def known_site(world: World, site_id: str) -> Site:
    try:
        return site_with(world, site_id)
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error)) from error


def site_view(world: World, site: Site) -> SiteView:
    """Return all there is to tell of *site*, its readings and scores apart."""
    # Late: numpy would make every start longer.
    from mockapi.world.causes import causes_at

    summary = SiteSummary.of(site, world.store.customer(site.customer_id))
    begins: datetime | None = history_begins(world, site)
    return SiteView(
        **summary.model_dump(),
        address=site.address,
        zip_code=site.zip_code,
        timezone=site.timezone,
        elevation=site.elevation,
        building_occupants=site.building_occupants,
        weekly_operating_hours=site.weekly_operating_hours,
        days_per_week_with_visitors=site.days_per_week_with_visitors,
        number_of_visitors_per_day=site.number_of_visitors_per_day,
        visit_duration=site.visit_duration,
        history_begins_at=None if begins is None else f"{begins:%Y-%m-%dT%H:%M:%SZ}",
        meters=tuple(
            MeterView.of(meter, measurements, interval_of(world, site, meter))
            for meter, measurements in world.store.meters(site.id)
        ),
        causes=tuple(
            CauseView(
                kind=each.kind,
                description=each.description,
                begins_at=instants.seconds(each.begins),
                ends_at=instants.seconds(each.ends),
                factors=dict(each.factors),
            )
            for each in causes_at(world, site)
        ),
        projects=tuple(ProjectView.of(each) for each in world.store.projects(site.id)),
        scoring_requests=tuple(
            ScoringRequestView.of(each, world.now())
            for each in world.store.scoring_requests(site.id)
        ),
    )
