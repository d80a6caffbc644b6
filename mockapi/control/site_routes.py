"""Routes of sites and of their readings."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from mockapi.control.route import (
    AdminError,
    AdminRoute,
    error_responses,
    not_found_errors,
    require_window,
)
from mockapi.control.schemas.site_bodies import (
    LevelChangeView,
    MeterView,
    ProjectView,
    ScoringRequestView,
    SeriesView,
    SiteSummary,
    SiteView,
)
from mockapi.domain import timestamps
from mockapi.domain.timestamps import Interval
from mockapi.http.context import world_of
from mockapi.http.parameters import WorldInstant
from mockapi.scenario.seeding.site_rows import history_of
from mockapi.store.tables import Site
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.readings import resample
from mockapi.timeseries.time_axis import offsets_of
from mockapi.world.sites import all_sites, interval_of, site_with
from mockapi.world.world import World

MAX_READINGS = 120_000
"""Slightly more than three years of quarter-hours."""

router = APIRouter(route_class=AdminRoute)


@router.get(
    "/sites",
    summary="List all sites of the world",
    operation_id="listAllSites",
    responses=error_responses(),
)
def list_sites(request: Request) -> list[SiteSummary]:
    return site_summaries(world_of(request))


# Not async: the first response imports numpy, in a thread.
@router.get(
    "/sites/{site_id}",
    summary="Return one site with its meters, projects, scoring requests and level changes",
    operation_id="getSite",
    responses=error_responses(404),
)
def get_site(request: Request, site_id: str) -> SiteView:
    world = world_of(request)
    return site_view(world, known_site(world, site_id))


# Not async: a year of quarter-hours is slow and runs in a thread.
@router.get(
    "/series",
    summary="Return the current readings of a key as columns by `date`",
    operation_id="getSeries",
    response_model=SeriesView,
    responses=error_responses(404),
)
def get_series(
    request: Request,
    *,
    site: Annotated[str, Query(description="Id of the site.")],
    key: str,
    since: Annotated[
        WorldInstant | None, Query(description="Default: the start of the history.")
    ] = None,
    until: Annotated[WorldInstant | None, Query(description="Default: now.")] = None,
    interval: Annotated[
        Interval | None,
        Query(description="Default: the interval of the meter. Coarser ones are aggregated."),
    ] = None,
    differences: Annotated[
        bool,
        Query(
            description="Return `dates` and `updated_at` as differences to the previous one, the "
            "first to 0. This halves the size."
        ),
    ] = False,
) -> Response:
    require_window(since, until)
    world = world_of(request)
    found = known_site(world, site)
    begin = since or _history_begins(world, found) or world.now()
    view = series_view(world, found, key, (begin, until or world.now()), interval)
    if differences:
        view = view.in_differences()
    return Response(view.model_dump_json(), media_type="application/json")


def site_summaries(world: World) -> list[SiteSummary]:
    """Return the bodies of all sites, in the order of the scenario; they are shared."""
    owners = {each.id: each for each in world.store.customers()}

    def read() -> list[SiteSummary]:
        return [SiteSummary.of(site, owners[site.customer_id]) for site in all_sites(world)]

    # Cached, because the console reads a thousand of them for each step of a computation.
    emails = tuple(each.email for each in owners.values())
    return world.store.cached("site", ("summaries", emails), read)


def known_site(world: World, site_id: str) -> Site:
    """Return the site with that id. Raise `AdminError` with 404 if it does not exist."""
    with not_found_errors():
        return site_with(world, site_id)


def site_view(world: World, site: Site) -> SiteView:
    """Return the body of *site*, without readings and scores."""
    summary = SiteSummary.of(site, world.store.customer(site.customer_id))
    begins: datetime | None = _history_begins(world, site)
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
            LevelChangeView(
                kind=each.kind,
                description=each.description,
                begins_at=timestamps.format_seconds(each.begins),
                ends_at=None if each.ends is None else timestamps.format_seconds(each.ends),
                factors=dict(each.factors),
            )
            for each in world.reader.causes(site)
        ),
        projects=tuple(ProjectView.of(each) for each in world.store.projects(site.id)),
        scoring_requests=tuple(
            ScoringRequestView.of(each, world.now())
            for each in world.store.scoring_requests(site.id)
        ),
    )


_DIGITS = 6


def series_view(
    world: World,
    site: Site,
    key: str,
    window: tuple[datetime, datetime],
    interval: Interval | None,
) -> SeriesView:
    """Return the readings of *window* as a body.

    Raise `AdminError` for an unknown key and for too many readings.
    """
    reader = world.reader
    with not_found_errors():
        channel = reader.channel(site, key)
    if reader.count(channel, *window) > MAX_READINGS:
        raise AdminError(
            HTTPStatus.BAD_REQUEST,
            f"The range has more than {MAX_READINGS:,} readings. Use a shorter one.",
        )
    found, missing = reader.columns(channel, *window)
    timezone, averaged = site.timezone or "UTC", channel.is_averaged
    target = interval or channel.interval
    coarse = None
    if target.length > channel.interval.length:
        coarse = resample(found, target, timezone, averaged=averaged)
        found = coarse.readings
    else:
        target = channel.interval
    return SeriesView.model_construct(
        key=key,
        site=site.id,
        meter=channel.meter.id,
        measurement=channel.measurement.name,
        unit=channel.measurement.unit,
        timezone=timezone,
        interval=target,
        is_averaged=averaged,
        offsets=_changes(found.dates, timezone),
        dates=tuple(found.dates.tolist()),
        values=_rounded(found.values),
        updated_at=tuple(found.arrivals.tolist()),
        statuses=tuple(found.statuses.tolist()),
        gaps=tuple((each.begin, each.end, each.count, each.arrives) for each in missing.gaps()),
        lows=() if coarse is None else _rounded(coarse.lows),
        highs=() if coarse is None else _rounded(coarse.highs),
        counts=() if coarse is None else tuple(coarse.counts.tolist()),
    )


def _rounded(values: Floats) -> tuple[float, ...]:
    # Sums of many readings have meaningless digits.
    return tuple(np.round(values, _DIGITS).tolist())


def _changes(dates: Steps, timezone: str) -> tuple[tuple[int, int], ...]:
    if not len(dates):
        return ()
    offsets = offsets_of(timezone, dates)
    where = np.flatnonzero(np.diff(offsets, prepend=offsets[0] - 1))
    return tuple(zip(dates[where].tolist(), offsets[where].tolist(), strict=True))


def _history_begins(world: World, site: Site) -> datetime | None:
    """Return when the first reading of *site* begins; None before it is registered."""
    if site.registered_at is None:
        return None
    return site.registered_at - history_of(site, world.scenario)
