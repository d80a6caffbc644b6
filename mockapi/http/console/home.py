"""Shows the story of a world in one screen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.http.address import url_of
from mockapi.http.console.page import guarded, is_open, show, threaded
from mockapi.http.console.quick_start import Snippet, snippets
from mockapi.http.console.world_map import world_map
from mockapi.http.gateway import is_of_the_apis
from mockapi.http.pages.page import redirect
from mockapi.http.request import world_of
from mockapi.store.tables.people import Customer
from mockapi.store.tables.sites import Site
from mockapi.wire.admin_faults import FaultView
from mockapi.wire.journal import EntrySummary
from mockapi.wire.timeline import EventView
from mockapi.world.sites import all_sites
from mockapi.world.world import World

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
    found = (each for each in world.timeline.events() if each.state == "coming")
    each = next(found, None)
    return None if each is None else EventView.of(each.event, each.at, each.until, each.state)


def _latest(world: World) -> Sequence[EntrySummary]:
    """Return the newest requests of clients, the newest first; pages are no requests of theirs."""
    entries = world.journal.entries(max(0, world.journal.newest - 10 * _LATEST))
    theirs = [each for each in entries if each.product is not None or is_of_the_apis(each.path)]
    return [EntrySummary.of(each) for each in theirs[: -_LATEST - 1 : -1]]


def _snippets(request: Request, world: World) -> Sequence[Snippet]:
    token = personal = None
    if is_open(world.settings) and world.scenario.everyone:
        first = world.scenario.everyone[0]
        token = next((each.token for each in first.access_tokens), None)
        personal = next((each.token for each in first.personal_access_tokens), None)
    return snippets(url_of(request), token, personal)
