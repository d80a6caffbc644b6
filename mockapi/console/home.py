"""Home page: what the world is, its figures, a map of its sites and a guided tour."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import Request, Response

from mockapi.console.clock import next_entry
from mockapi.console.overview import format_energy, overview_of, sparkline
from mockapi.console.page import (
    Snippet,
    latest_entries,
    render_console_page,
    requires_admin,
    shown_tokens,
    snippets,
    threaded,
)
from mockapi.console.world_map import world_map
from mockapi.control.schemas.fault_bodies import FaultView
from mockapi.control.schemas.journal_bodies import EntrySummary
from mockapi.faults.parsing import fault_presets
from mockapi.http.context import url_of, world_of
from mockapi.middleware.gateway import is_api_path
from mockapi.oauth.pages.page import redirect
from mockapi.store.tables import Customer, Site
from mockapi.world.sites import all_sites
from mockapi.world.world import World
from mockapi.world.world_clock import CLOCK_STATE

_FIRST_ERROR = HTTPStatus.BAD_REQUEST
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
            request, "console/disabled.html", "home", snippets=_snippets(request)
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
        next=next_entry(world),
        clients=world.store.clients(),
        map=world_map(sites),
        entries=_latest_requests(world),
        snippets=_snippets(request),
        token=shown_tokens(request)[0],
        can_create_token=bool(world.store.customers() and world.store.clients()),
        first_site=next((each for each in sites if each.registered_at is not None), None),
        explained_site=_explained_site(world, sites),
        tour_done=_tour_done(world),
        **tile_values(world, sites),
    )


def tile_values(world: World, sites: Sequence[Site]) -> Mapping[str, Any]:
    """Return what the tiles show, with the figures that are known."""
    overview = overview_of(world, sites)
    records = [each for each in tuple(world.journal.records) if is_api_path(each.line[2])]
    return {
        "sites": len(sites),
        "countries": len({each.country_iso_code for each in sites if each.country_iso_code}),
        "customers": len(world.store.customers()),
        "overview": overview,
        "energy": format_energy(overview.kwh),
        "spark": sparkline(overview.days),
        "requests": len(records),
        "errors": sum(each.status is None or each.status >= _FIRST_ERROR for each in records),
        "is_journal_full": len(world.journal.records) == world.journal.size,
        "faults": len(tuple(world.faults)),
        "fault_hits": _fault_hits(world),
    }


def _fault_hits(world: World) -> Mapping[str, int]:
    """Return how often faults were applied, by preset, or by kind without one."""
    hits: Counter[str] = Counter()
    for each in map(FaultView.of, world.faults):
        is_preset = each.source in fault_presets()
        hits[f"preset {each.source}" if is_preset else str(each.fault["kind"])] += each.hits
    return hits


def _explained_site(world: World, sites: Sequence[Site]) -> Site | None:
    """Return a registered site of the first ones, if possible one whose scores are computed."""
    registered = [each for each in sites if each.registered_at is not None][:_MAX_CUSTOMERS]
    categories = world.edition.partner_categories
    computed = (each for each in registered if not world.store.scores(each.id, (), categories))
    return next(computed, registered[0] if registered else None)


def _tour_done(world: World) -> Mapping[str, bool]:
    """Return the steps of the tour that the server can see, and whether each is done."""
    records = tuple(world.journal.records)
    return {
        "ask": any(is_api_path(each.line[2]) for each in records),
        "break": any(each.faults for each in records),
        "clock": _is_moved(world),
    }


def _is_moved(world: World) -> bool:
    """Return True if the clock was moved, and not only stored for a snapshot."""
    state, began_at = world.clock.state, world.store.metadata_value("began_at")
    if state.mode == "frozen":
        return began_at is None or state.at != datetime.fromisoformat(began_at)
    is_stored = world.store.metadata_value(CLOCK_STATE) is not None
    return state.mode == "running" and is_stored


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


def _latest_requests(world: World) -> Sequence[EntrySummary]:
    """Return the latest API requests, the newest first. Requests for pages are excluded."""
    return [EntrySummary.of(each) for each in latest_entries(world, _MAX_ENTRIES)]


def _snippets(request: Request) -> Sequence[Snippet]:
    return snippets(url_of(request), *shown_tokens(request))
