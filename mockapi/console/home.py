"""Home page: summary of a world, with a map of its sites."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import (
    Snippet,
    latest_entries,
    render_console_page,
    requires_admin,
    shown_tokens,
    snippets,
    threaded,
)
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.control.schemas.fault_bodies import FaultView
from mockapi.control.schemas.journal_bodies import EntrySummary
from mockapi.http.context import url_of, world_of
from mockapi.oauth.pages.page import redirect
from mockapi.resources import DATA
from mockapi.store.tables import Customer, Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_UNITS_PER_DEGREE = 5
"""SVG units per degree."""
_MAX_WIDTH, _MAX_HEIGHT = 360.0, 150.0
_MIN_WIDTH = 30.0
_MARGIN = 0.12
_ASPECT_RATIO = 2.2
_NORTH, _SOUTH = 84.0, -60.0


@dataclass(frozen=True)
class Dot:
    """Sites of one town. *x*, *y* and *radius* are in SVG units."""

    x: float
    y: float
    radius: float
    label: str
    town: str


@dataclass(frozen=True)
class WorldMap:
    """Section of the world map that contains all dots, as SVG attributes."""

    view_box: str
    coastlines: str
    stroke: float
    dots: Sequence[Dot]
    towns: int
    unplaced: int


def world_map(sites: Iterable[Site]) -> WorldMap:
    """Return the smallest map that shows all *sites*."""
    towns: dict[tuple[float, float], list[Site]] = {}
    unplaced = 0
    for site in sites:
        if site.latitude is None or site.longitude is None:
            unplaced += 1
            continue
        towns.setdefault((round(site.longitude), round(site.latitude)), []).append(site)
    left, top, width, height = _bounds(list(towns))
    # A dot is about 1 % of the width. Its radius grows with the square root of the number of sites.
    unit = width * _UNITS_PER_DEGREE / 110
    most = max((len(each) for each in towns.values()), default=1)
    dots = [
        Dot(
            round(longitude * _UNITS_PER_DEGREE, 1),
            round(-latitude * _UNITS_PER_DEGREE, 1),
            round(unit * (0.55 + 0.75 * math.sqrt(len(in_town) / most)), 2),
            _label(in_town),
            in_town[0].city or "",
        )
        for (longitude, latitude), in_town in sorted(towns.items(), key=lambda each: -len(each[1]))
    ]
    return WorldMap(
        view_box=" ".join(f"{each * _UNITS_PER_DEGREE:.1f}" for each in (left, top, width, height)),
        coastlines=_coastlines(),
        stroke=round(width * _UNITS_PER_DEGREE / 1400, 2),
        dots=dots,
        towns=len(towns),
        unplaced=unplaced,
    )


def _label(sites: Sequence[Site]) -> str:
    town = ", ".join(filter(None, (sites[0].city, sites[0].country_iso_code))) or "No address"
    return f"{town}: {len(sites)} sites" if len(sites) > 1 else f"{town}: {sites[0].name}"


def _bounds(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return left, top, width and height around *places* in degrees; y points south."""
    if not places:
        return -180.0, -_NORTH, _MAX_WIDTH, _NORTH - _SOUTH
    xs, ys = [x for x, _ in places], [-y for _, y in places]
    scale = 1 + 2 * _MARGIN
    width = min(_MAX_WIDTH, max(_MIN_WIDTH, (max(xs) - min(xs)) * scale))
    height = min(_MAX_HEIGHT, max(_MIN_WIDTH / _ASPECT_RATIO, (max(ys) - min(ys)) * scale))
    width, height = (
        max(width, min(_MAX_WIDTH, height * _ASPECT_RATIO)),
        max(height, width / _ASPECT_RATIO),
    )
    left = _clamp((max(xs) + min(xs) - width) / 2, -180.0, 180.0 - width)
    top = _clamp((max(ys) + min(ys) - height) / 2, -_NORTH, -_SOUTH - height)
    return left, top, width, height


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


@cache
def _coastlines() -> str:
    lines = (DATA / "coastlines.txt").read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


_MAX_ENTRIES = 8
_MAX_CUSTOMERS = 4


class GrantedAccess(NamedTuple):
    """Access to a customer's sites, by a client or a personal access token."""

    name: str
    personal: bool


@dataclass(frozen=True)
class CustomerSummary:
    """Customer with the number of sites and the granted accesses."""

    name: str
    email: str
    sites: int
    access: Sequence[GrantedAccess]


async def redirect_home(request: Request) -> Response:
    """Redirect `/console` to the home page of the world."""
    return redirect("/")


async def home(request: Request) -> Response:
    """Return the home page, or one without data of the world if the control API is disabled."""
    world = world_of(request)
    if not world.settings.admin:
        return render_console_page(
            request, "console/disabled.html", "home", snippets=_snippets(request, world)
        )
    return await _home(request)


@requires_admin
@threaded
def _home(request: Request) -> Response:
    world = world_of(request)
    sites = all_sites(world)
    return render_console_page(
        request,
        "console/home.html",
        "home",
        description=world.scenario.description,
        seed=world.seed,
        edition=world.edition.name,
        customer_summaries=_customer_summaries(world, sites),
        customers=len(world.store.customers()),
        next_event=_next_event(world),
        clients=world.store.clients(),
        sites=len(sites),
        registered=sum(site.registered_at is not None for site in sites),
        map=world_map(sites),
        faults=[FaultView.of(each) for each in world.faults],
        entries=_latest_requests(world),
        snippets=_snippets(request, world),
        can_create_token=bool(world.store.customers() and world.store.clients()),
    )


def _customer_summaries(world: World, sites: Sequence[Site]) -> Sequence[CustomerSummary]:
    """Return summaries of the first customers."""
    owned = Counter(each.customer_id for each in sites)
    return [
        CustomerSummary(each.name, each.email, owned[each.id], _granted_access(world, each))
        for each in world.store.customers()[:_MAX_CUSTOMERS]
    ]


def _granted_access(world: World, customer: Customer) -> Sequence[GrantedAccess]:
    consents = world.store.consents(customer.id)
    live = (each for each in consents if each.revoked_at is None)
    return list(dict.fromkeys(GrantedAccess(each.name, each.client_id is None) for each in live))


def _next_event(world: World) -> EventView | None:
    """Return the next event of the scenario, or None."""
    found = (each for each in world.timeline.events() if each.state == "upcoming")
    event = next(found, None)
    return None if event is None else EventView.of(event)


def _latest_requests(world: World) -> Sequence[EntrySummary]:
    """Return the latest API requests, the newest first. Requests for pages are excluded."""
    return [EntrySummary.of(each) for each in latest_entries(world, _MAX_ENTRIES)]


def _snippets(request: Request, world: World) -> Sequence[Snippet]:
    return snippets(url_of(request), *shown_tokens(world))
