"""Sites of a world, independent of which customers can see them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mockapi.domain.scores import ScoringDecision, ScoringRequestStatus
from mockapi.store.tables import Meter, Site
from mockapi.world.world import World

if TYPE_CHECKING:
    from mockapi.scenario.schema import Scenario
    from mockapi.scenario.site_model import SiteScoring


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
    portfolio = scenario.portfolio_at(site.portfolio)
    given = (
        scoring_config_of(site).scoring_verdict
        or (portfolio and portfolio.scoring_verdict)
        or scenario.scoring_verdict
    )
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
