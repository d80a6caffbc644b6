"""Sites page, a searchable and sortable table, and the page of one site."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.console.page import (
    PLACEHOLDER,
    ConsoleNotFoundError,
    is_open,
    render_console_page,
    requires_admin,
)
from mockapi.control.schemas.site_bodies import MeterView, SiteSummary, SiteView
from mockapi.control.site_routes import site_summaries, site_view
from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.http.context import url_of, world_of
from mockapi.world.sites import site_with
from mockapi.world.world import World

_PAGE_SIZE = 50
_MONTH = timedelta(days=30)
_WEEK_DAYS = 7
_MAX_INITIAL_READINGS = 750
"""Readings of the initial chart; more would be larger than the rest of the page."""

_SORT_KEYS: dict[str, Callable[[SiteSummary], Any]] = {
    "name": lambda site: (site.name or site.id).casefold(),
    "place": lambda site: (site.country_iso_code or "", site.city or ""),
    "type": lambda site: site.type.casefold(),
    "area": lambda site: site.gross_area or 0,
    "customer": lambda site: site.customer,
    "registered": lambda site: site.registered_at or "~",
}


@dataclass(frozen=True)
class Column:
    """Header of a column, with the link to sort by it and the current order."""

    name: str
    title: str
    href: str
    sorted: str
    number: bool = False


@requires_admin
async def list_sites(request: Request) -> Response:
    world = world_of(request)
    all_summaries = site_summaries(world)
    search = request.query_params.get("search", "").strip()
    order = request.query_params.get("sort", "")
    bounds = _bounds(request.query_params.get("bounds", ""))
    found = [
        site
        for site in all_summaries
        if _matches(site, search.casefold()) and (bounds is None or _is_within(site, bounds))
    ]
    name = order.removeprefix("-")
    if name in _SORT_KEYS:
        found.sort(key=_SORT_KEYS[name], reverse=order.startswith("-"))
    pages = max(1, math.ceil(len(found) / _PAGE_SIZE))
    page = min(pages, max(1, _number(request.query_params.get("page", "1"))))
    first = (page - 1) * _PAGE_SIZE
    shown = found[first : first + _PAGE_SIZE]
    return render_console_page(
        request,
        "console/sites.html",
        "sites",
        search=search,
        order=order,
        total=len(all_summaries),
        found=len(found),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        rows=shown,
        columns=_columns(search, order),
        previous=_page_link(search, order, page - 1) if page > 1 else None,
        following=_page_link(search, order, page + 1) if page < pages else None,
    )


def _matches(site: SiteSummary, search: str) -> bool:
    values = (
        site.name,
        site.city,
        site.country_iso_code,
        site.state_province,
        site.type,
        site.building,
        site.customer,
        site.id,
    )
    text = " ".join(each for each in values if each).casefold()
    return all(word in text for word in search.split())


Bounds = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def _bounds(text: str) -> Bounds | None:
    """Return the bounds in *text*; None if they are not four numbers."""
    try:
        west, south, east, north = (float(each) for each in text.split(","))
    except ValueError:
        return None
    return west, south, east, north


def _is_within(site: SiteSummary, bounds: Bounds) -> bool:
    if site.latitude is None or site.longitude is None:
        return False
    west, south, east, north = bounds
    return west <= site.longitude <= east and south <= site.latitude <= north


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 1


def _page_link(search: str, order: str, page: int) -> str:
    parameters = {"search": search, "sort": order, "page": str(page) if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in parameters.items() if value})


def _columns(search: str, order: str) -> Sequence[Column]:
    return [
        Column(
            name,
            title,
            _page_link(search, f"-{name}" if order == name else name, 1),
            {name: "ascending", f"-{name}": "descending"}.get(order, "none"),
            number=name == "area",
        )
        for name, title in (
            ("name", "Site"),
            ("place", "Place"),
            ("type", "Type"),
            ("area", "Area, m²"),
            ("customer", "Customer"),
            ("registered", "Registered since"),
        )
    ]


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
    return render_console_page(
        request,
        "console/site.html",
        "sites",
        site=view,
        commodities=commodities,
        selected_keys=selected,
        address=", ".join(
            filter(None, (view.address, view.zip_code, view.city, view.country_iso_code))
        ),
        customer_names={each.id: each.name for each in world.store.customers()},
        defects=sorted({each.kind for each in world.store.defects(site.id)}),
        chart=json.dumps(_chart_config(request, world, view, _initial_days(view.meters, selected))),
    )


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


def _chart_config(
    request: Request, world: World, view: SiteView, days: int
) -> Mapping[str, str | int | None]:
    """Return the settings of the chart for the script of the page."""
    token = PLACEHOLDER
    if is_open(world.settings):
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
