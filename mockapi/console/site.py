"""Shows one site: what it is, what stands in it, and what its meters say."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.console.page import PLACEHOLDER, NotShown, guarded, is_open, show
from mockapi.control.schemas.site_bodies import MeterView, SiteView
from mockapi.control.site_routes import site_view
from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.http.context import url_of, world_of
from mockapi.world.sites import site_with
from mockapi.world.world import World

_MONTH = timedelta(days=30)
_WEEK_DAYS = 7
_MOST_AT_FIRST = 750
"""Readings of the first chart: of more a screen would weigh more than all the rest of it."""


@guarded
async def show_site(request: Request) -> Response:
    world = world_of(request)
    try:
        site = site_with(world, request.path_params["site_id"])
    except LookupError as error:
        raise NotShown(str(error), "sites") from error
    # In a thread: the first look at causes imports numpy, and other requests go on.
    view = await run_in_threadpool(site_view, world, site)
    commodities = _by_commodity(view.meters)
    chosen = _first_keys(commodities)
    return show(
        request,
        "console/site.html",
        "sites",
        site=view,
        commodities=commodities,
        chosen=chosen,
        address=", ".join(
            filter(None, (view.address, view.zip_code, view.city, view.country_iso_code))
        ),
        customer_names={each.id: each.name for each in world.store.customers()},
        defects=sorted({each.kind for each in world.store.defects(site.id)}),
        charted=json.dumps(_charted(request, world, view, _first_days(view.meters, chosen))),
    )


def _by_commodity(meters: Sequence[MeterView]) -> Mapping[str, Sequence[MeterView]]:
    """Return the meters of each commodity, in the catalog's order."""
    names = [each.name for each in catalog().commodity]
    others = [each.commodity for each in meters if each.commodity not in names]
    return {
        name: found
        for name in dict.fromkeys((*names, *others))
        if (found := [each for each in meters if each.commodity == name])
    }


def _first_keys(commodities: Mapping[str, Sequence[MeterView]]) -> frozenset[str]:
    """Return what a chart shows at first: the main channels of the first commodity."""
    first = next(iter(commodities.values()), ())
    return frozenset(
        each.measurements[0].key for each in first if each.measurements and not each.parent_id
    )


def _first_days(meters: Sequence[MeterView], chosen: frozenset[str]) -> int:
    """Return of how many days a chart tells at first: a month of hours, or a week of quarters."""
    lengths = [
        Interval(meter.interval).length
        for meter in meters
        if any(each.key in chosen for each in meter.measurements)
    ]
    readings = sum(_MONTH / length for length in lengths)
    return _MONTH.days if readings <= _MOST_AT_FIRST else _WEEK_DAYS


def _charted(
    request: Request, world: World, view: SiteView, days: int
) -> Mapping[str, str | int | None]:
    """Return what the chart's script needs to know besides the page."""
    token = PLACEHOLDER
    if is_open(world.settings):
        owner = next(
            (each for each in world.scenario.everyone if each.email == view.customer), None
        )
        stated = [] if owner is None else [each.token for each in owner.access_tokens]
        token = next(iter(stated), PLACEHOLDER)
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
