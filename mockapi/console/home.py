"""Shows the story of a world in one screen."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import Snippet, guarded, is_open, show, snippets, threaded
from mockapi.control.schemas.clock_bodies import EventView
from mockapi.control.schemas.fault_bodies import FaultView
from mockapi.control.schemas.journal_bodies import EntrySummary
from mockapi.http.context import url_of, world_of
from mockapi.middleware.gateway import is_api_path
from mockapi.oauth.pages.page import redirect
from mockapi.resources import DATA
from mockapi.store.tables.sites import Customer, Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_A_DEGREE = 5
"""Units of the drawing."""
_WIDEST, _HIGHEST = 360.0, 150.0
_LEAST = 30.0
_MARGIN = 0.12
_SHAPE = 2.2
"""Width by height."""
_NORTH, _SOUTH = 84.0, -60.0


@dataclass(frozen=True)
class Dot:
    """The sites of one town; *x*, *y* and *radius* in the units of the drawing."""

    x: float
    y: float
    radius: float
    label: str
    town: str


@dataclass(frozen=True)
class WorldMap:
    """The part of the world that holds all dots, as SVG has it."""

    view_box: str
    coastlines: str
    stroke: float
    dots: Sequence[Dot]
    towns: int
    unplaced: int


def world_map(sites: Iterable[Site]) -> WorldMap:
    """Return the map of *sites*, the smallest one that shows them all."""
    towns: dict[tuple[float, float], list[Site]] = {}
    unplaced = 0
    for site in sites:
        if site.latitude is None or site.longitude is None:
            unplaced += 1
            continue
        towns.setdefault((round(site.longitude), round(site.latitude)), []).append(site)
    left, top, width, height = _part(list(towns))
    # A dot is a hundredth of the width, and grows with the root of what it stands for.
    unit = width * _A_DEGREE / 110
    most = max((len(each) for each in towns.values()), default=1)
    dots = [
        Dot(
            round(longitude * _A_DEGREE, 1),
            round(-latitude * _A_DEGREE, 1),
            round(unit * (0.55 + 0.75 * math.sqrt(len(here) / most)), 2),
            _label(here),
            here[0].city or "",
        )
        for (longitude, latitude), here in sorted(towns.items(), key=lambda each: -len(each[1]))
    ]
    return WorldMap(
        view_box=" ".join(f"{each * _A_DEGREE:.1f}" for each in (left, top, width, height)),
        coastlines=_coastlines(),
        stroke=round(width * _A_DEGREE / 1400, 2),
        dots=dots,
        towns=len(towns),
        unplaced=unplaced,
    )


def _label(sites: Sequence[Site]) -> str:
    town = ", ".join(filter(None, (sites[0].city, sites[0].country_iso_code))) or "No address"
    return f"{town}: {len(sites)} sites" if len(sites) > 1 else f"{town}: {sites[0].name}"


def _part(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return left, top, width and height in degrees, y to the south, around *places*."""
    if not places:
        return -180.0, -_NORTH, _WIDEST, _NORTH - _SOUTH
    xs, ys = [x for x, _ in places], [-y for _, y in places]
    width = min(_WIDEST, max(_LEAST, (max(xs) - min(xs)) * (1 + 2 * _MARGIN)))
    height = min(_HIGHEST, max(_LEAST / _SHAPE, (max(ys) - min(ys)) * (1 + 2 * _MARGIN)))
    width, height = max(width, min(_WIDEST, height * _SHAPE)), max(height, width / _SHAPE)
    left = _kept((max(xs) + min(xs) - width) / 2, -180.0, 180.0 - width)
    top = _kept((max(ys) + min(ys) - height) / 2, -_NORTH, -_SOUTH - height)
    return left, top, width, height


def _kept(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


@cache
def _coastlines() -> str:
    lines = (DATA / "coastlines.txt").read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


_LATEST = 8
_TOLD = 4


class Grant(NamedTuple):
    """Who may see a customer's sites: a client, or whoever holds a token of the customer's own."""

    name: str
    personal: bool


@dataclass(frozen=True)
class Household:
    """A customer: how many sites are theirs, and who may see them."""

    name: str
    email: str
    sites: int
    granted: Sequence[Grant]


async def lead_home(request: Request) -> Response:
    """Lead whoever cut the address of a screen short to the home of the world."""
    return redirect("/")


async def home(request: Request) -> Response:
    """Show the world; to whom the control API is closed, as much as anybody may know."""
    world = world_of(request)
    if not world.settings.admin:
        return show(request, "console/plain.html", "home", snippets=_snippets(request, world))
    return await _home(request)


@guarded
@threaded
def _home(request: Request) -> Response:
    world = world_of(request)
    sites = all_sites(world)
    return show(
        request,
        "console/home.html",
        "home",
        description=world.scenario.description,
        seed=world.seed,
        edition=world.edition.name,
        households=_households(world, sites),
        customers=len(world.store.customers()),
        coming=_coming(world),
        clients=world.store.clients(),
        sites=len(sites),
        registered=sum(site.registered_at is not None for site in sites),
        map=world_map(sites),
        faults=[FaultView.of(each) for each in world.faults],
        entries=_latest(world),
        snippets=_snippets(request, world),
        mintable=bool(world.store.customers() and world.store.clients()),
    )


def _households(world: World, sites: Sequence[Site]) -> Sequence[Household]:
    """Return the first customers, for the story of a world and not for the record."""
    owned = Counter(each.customer_id for each in sites)
    return [
        Household(each.name, each.email, owned[each.id], _granted(world, each))
        for each in world.store.customers()[:_TOLD]
    ]


def _granted(world: World, customer: Customer) -> Sequence[Grant]:
    consents = world.store.consents(customer.id)
    live = (each for each in consents if each.revoked_at is None)
    return list(dict.fromkeys(Grant(each.name, each.client_id is None) for each in live))


def _coming(world: World) -> EventView | None:
    """Return the next event of the scenario, if any is to come."""
    found = (each for each in world.timeline.events() if each.state == "upcoming")
    each = next(found, None)
    return None if each is None else EventView.of(each.event, each.at, each.until, each.state)


def _latest(world: World) -> Sequence[EntrySummary]:
    """Return the newest requests of clients, the newest first; pages are no requests of theirs."""
    entries = world.journal.entries(max(0, world.journal.newest - 10 * _LATEST))
    theirs = [each for each in entries if each.product is not None or is_api_path(each.path)]
    return [EntrySummary.of(each) for each in theirs[: -_LATEST - 1 : -1]]


def _snippets(request: Request, world: World) -> Sequence[Snippet]:
    token = personal = None
    if is_open(world.settings) and world.scenario.everyone:
        first = world.scenario.everyone[0]
        token = next((each.token for each in first.access_tokens), None)
        personal = next((each.token for each in first.personal_access_tokens), None)
    return snippets(url_of(request), token, personal)
