"""Shows the story of a world in one screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response

from mockapi.http.console.page import guarded, is_open, show
from mockapi.http.console.quick_start import Snippet, snippets
from mockapi.http.console.world_map import world_map
from mockapi.http.gateway import is_of_the_apis
from mockapi.http.oauth.metadata import issuer_of
from mockapi.http.request import world_of
from mockapi.wire.admin_faults import FaultView
from mockapi.wire.journal import EntrySummary
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_LATEST = 8


@dataclass(frozen=True)
class Household:
    """A customer, with how many sites they see, and how many of those deliver data."""

    name: str
    email: str
    sites: int
    registered: int


async def home(request: Request) -> Response:
    """Show the world; to whom the control API is closed, as much as anybody may know."""
    world = world_of(request)
    if not world.settings.admin:
        return show(request, "console/plain.html", "home", snippets=_snippets(request, world))
    return await _home(request)


@guarded
async def _home(request: Request) -> Response:
    world = world_of(request)
    sites = all_sites(world)
    return show(
        request,
        "console/home.html",
        "home",
        description=world.scenario.description,
        seed=world.seed,
        edition=world.edition.name,
        households=_households(world),
        clients=world.store.clients(),
        sites=len(sites),
        registered=sum(site.registered_at is not None for site in sites),
        map=world_map(sites),
        faults=[FaultView.of(each) for each in world.faults],
        entries=_latest(world),
        snippets=_snippets(request, world),
        mintable=bool(world.store.customers() and world.store.clients()),
    )


def _households(world: World) -> Sequence[Household]:
    found = []
    for each in world.store.customers():
        sites = world.store.sites(each.id)
        registered = sum(site.registered_at is not None for site in sites)
        found.append(Household(each.name, each.email, len(sites), registered))
    return found


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
    return snippets(issuer_of(request), token, personal)
