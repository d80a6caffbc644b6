"""Queries of a world: its sites, for any customer, and the changes between two instants."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mockapi.domain.scores import ScoringDecision, ScoringRequestStatus
from mockapi.store.tables import Meter, Site
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.scenario.schema import Scenario
    from mockapi.scenario.site_model import SiteScoring

_MOST_SITES = 25
"""Number of sites whose readings are counted. A thousand sites would take minutes."""

_SECOND = timedelta(seconds=1)


def scoring_config_of(site: Site) -> "SiteScoring":
    """Return the scenario's scoring settings of the site."""
    # Imported lazily: see `load_initial_state`.
    from mockapi.scenario.site_model import SiteScoring

    return SiteScoring() if site.scoring is None else SiteScoring.model_validate_json(site.scoring)


def is_scored(world: World, site: Site) -> bool:
    """Return True if the built-in partner scores *site*. It must be registered."""
    scored_by = scoring_config_of(site).scoring or world.scenario.scoring
    return scored_by == "built-in" and site.registered_at is not None


def scoring_decision(scenario: "Scenario", site: Site) -> ScoringDecision | None:
    """Return the decision on a new request for *site*; None if it waits for a registration."""
    # assumption: a request for a site that is registered is configured without another
    # registration; for any other it stays pending until a provider registers the site, if the
    # scenario says nothing else.
    given = scenario.decision_at(site.position)
    if given is not None:
        return given.decision()
    return (
        ScoringDecision(ScoringRequestStatus.CONFIGURED) if site.registered_at is not None else None
    )


def all_sites(world: World) -> Sequence[Site]:
    """Return every site that is visible to a customer, in the scenario's order."""

    def read() -> Sequence[Site]:
        sites = {
            site.id: site
            for customer in world.store.customers()
            for site in world.store.sites(customer.id)
        }
        return sorted(sites.values(), key=lambda site: site.position)

    return world.store.cached("site", "of everybody", read)


def site_with(world: World, site_id: str) -> Site:
    """Return the site with that id. Raise `LookupError` if there is none."""
    by_id = world.store.cached(
        "site", "of everybody by id", lambda: {site.id: site for site in all_sites(world)}
    )
    if site_id not in by_id:
        raise LookupError(f"Site {site_id!r} does not exist.")
    return by_id[site_id]


def interval_of(world: World, site: Site, meter: Meter) -> str:
    """Return the interval of the readings of *meter*, in ISO 8601."""
    return meter.interval or site.interval or world.scenario.interval


@dataclass(frozen=True)
class Changes:
    """Changes after one instant and up to another."""

    readings: int
    sites: int
    """Number of sites whose readings were counted."""
    every_site: bool
    tokens_expired: int
    requests: Counter[str]
    events: tuple[str, ...]


def changes(world: World, since: datetime, until: datetime) -> Changes:
    """Return the changes in (*since*, *until*]."""
    sites = [site for site in all_sites(world) if site.registered_at is not None]
    reader = replace(world.reader, now=until)
    readings = sum(
        len(part)
        for site in sites[:_MOST_SITES]
        for channel in reader.channels(site)
        for part in reader.by_arrival(channel, since + _SECOND, until + _SECOND)
    )
    requests: Counter[str] = Counter()
    for site in all_sites(world):
        for each in world.store.scoring_requests(site.id):
            for name, at in (("configured", each.configured_at), ("rejected", each.rejected_at)):
                if at is not None and since < at <= until:
                    requests[name] += 1
    return Changes(
        readings=readings,
        sites=min(len(sites), _MOST_SITES),
        every_site=len(sites) <= _MOST_SITES,
        tokens_expired=world.store.count_expired(since, until),
        requests=requests,
        events=tuple(
            each.event.event for each in world.timeline.events() if since < each.at <= until
        ),
    )
