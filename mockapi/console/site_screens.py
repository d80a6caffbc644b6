"""Page of one site."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.console.page import (
    PLACEHOLDER,
    ConsoleNotFoundError,
    has_access,
    render_console_page,
    requires_admin,
)
from mockapi.console.score_words import CATEGORY_WORDS
from mockapi.console.scores import posted_scores
from mockapi.console.site_totals import measurement_name
from mockapi.control.schemas.site_bodies import MeterView, SiteView
from mockapi.control.site_routes import site_view
from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.http.context import url_of, world_of
from mockapi.scenario.seeding.site_rows import history_of
from mockapi.store.tables import Site
from mockapi.world.sites import site_with
from mockapi.world.world import World

_MONTH = timedelta(days=30)
_WEEK_DAYS = 7
_MAX_INITIAL_READINGS = 750
"""Readings of the initial chart; more would be larger than the rest of the page."""


@requires_admin
async def show_site(request: Request) -> Response:
    world = world_of(request)
    try:
        site = site_with(world, request.path_params["site_id"])
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "sites") from error
    # In a thread, because the first call imports numpy.
    view = await run_in_threadpool(site_view, world, site)
    commodities = _by_commodity(view.meters)
    selected = _initial_keys(commodities)
    days = _initial_days(view.meters, selected)
    return render_console_page(
        request,
        "console/site.html",
        "sites",
        site=view,
        commodities=commodities,
        measurement_name=measurement_name,
        category_words=CATEGORY_WORDS,
        posted=posted_scores(world, site),
        selected_keys=selected,
        address=", ".join(
            filter(None, (view.address, view.zip_code, view.city, view.country_iso_code))
        ),
        customer_names={each.id: each.name for each in world.store.customers()},
        presets=_presets(world, site),
        defects=sorted({each.kind for each in world.store.defects(site.id)}),
        dates=_initial_dates(world, view, days),
        chart=json.dumps(_chart_config(request, world, view, days)),
    )


_PRESETS = ((365, "Year"), (91, "Quarter"), (30, "Month"), (7, "Week"), (1, "Day"))
"""Days of each window."""


def _presets(world: World, site: Site) -> Sequence[tuple[int, str]]:
    """Return days and name of windows: all readings (0 days), and those that are shorter."""
    if site.registered_at is None:
        return ()
    length = world.now() - (site.registered_at - history_of(site, world.scenario))
    return (0, "All"), *(each for each in _PRESETS if timedelta(days=each[0]) < length)


def _by_commodity(meters: Sequence[MeterView]) -> Mapping[str, Sequence[MeterView]]:
    """Return the meters by commodity, in the order of the catalog."""
    names = [each.name for each in catalog().commodity]
    others = [each.commodity for each in meters if each.commodity not in names]
    return {
        name: found
        for name in dict.fromkeys((*names, *others))
        if (found := [each for each in meters if each.commodity == name])
    }


def _initial_keys(commodities: Mapping[str, Sequence[MeterView]]) -> frozenset[str]:
    """Return the keys of the initial chart: the main channels of the first commodity."""
    first = next(iter(commodities.values()), ())
    return frozenset(
        each.measurements[0].key for each in first if each.measurements and not each.parent_id
    )


def _initial_days(meters: Sequence[MeterView], keys: frozenset[str]) -> int:
    """Return the days of the initial chart: 30, or 7 for intervals below one hour."""
    lengths = [
        Interval(meter.interval).length
        for meter in meters
        if any(each.key in keys for each in meter.measurements)
    ]
    readings = sum(_MONTH / length for length in lengths)
    return _MONTH.days if readings <= _MAX_INITIAL_READINGS else _WEEK_DAYS


def _initial_dates(world: World, view: SiteView, days: int) -> tuple[str, str]:
    """Return the local dates of the initial chart. Filled in later, they would move."""
    zone = ZoneInfo(view.timezone or "UTC")
    until = world.now()
    edges = (until - timedelta(days=days), until - timedelta(seconds=1))
    since, last = (each.astimezone(zone).date().isoformat() for each in edges)
    return since, last


def _chart_config(
    request: Request, world: World, view: SiteView, days: int
) -> Mapping[str, str | int | None]:
    """Return the settings of the chart for the script of the page."""
    token = PLACEHOLDER
    if has_access(request):
        owner = next(
            (each for each in world.scenario.all_customers if each.email == view.customer), None
        )
        tokens = [] if owner is None else [each.token for each in owner.access_tokens]
        token = next(iter(tokens), PLACEHOLDER)
    return {
        "site": view.id,
        "name": view.name or view.id,
        "timezone": view.timezone or "UTC",
        "begins": view.history_begins_at,
        "now": f"{world.now():%Y-%m-%dT%H:%M:%SZ}",
        "request": f"{url_of(request)}/ecostruxure/scoring/v1/sites/{view.id}/timeseries",
        "token": token,
        "days": days,
    }
