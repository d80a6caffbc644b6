"""Says what a scoring request comes to: by the scenario, or because its site is known."""

from typing import TYPE_CHECKING

from mockapi.domain.scoring_request import ScoringRequestStatus, Verdict
from mockapi.store.tables.sites import Site

if TYPE_CHECKING:
    from mockapi.scenario.schema import Scenario


def verdict_on(scenario: "Scenario", site: Site) -> Verdict | None:
    """Return what a new request for *site* comes to; None if it waits for a registration."""
    # inferred: a request for a site that is registered is configured without another registration;
    # for any other it stays pending until a provider registers the site, if the scenario says
    # nothing else.
    stated = scenario.verdict_at(site.position)
    if stated is not None:
        return stated.verdict()
    return Verdict(ScoringRequestStatus.CONFIGURED) if site.registered_at is not None else None
