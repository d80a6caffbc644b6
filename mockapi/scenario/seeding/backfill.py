"""How a site's gateway delivers, how much history its registration fills back, and for how long.

Without numpy: every start imports this module.
"""

from datetime import timedelta
from functools import lru_cache

from mockapi.scenario.meters import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.store.tables.sites import Site


def arrival_of(site: Site, scenario: Scenario) -> ArrivalSpec:
    """Return how the readings of *site* arrive: as it states, or as *scenario* does."""
    return scenario.arrival if site.arrival is None else _parsed(site.arrival)


def history_of(site: Site, scenario: Scenario) -> timedelta:
    """Return how much is back-filled at the registration of *site*."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return scenario.history


def filling_of(site: Site, scenario: Scenario) -> timedelta:
    """Return how long the back-fill of *site* takes."""
    arrival = arrival_of(site, scenario)
    if not arrival.backfill:
        return timedelta(0)
    return timedelta(minutes=-(-history_of(site, scenario) // arrival.backfill))


@lru_cache(maxsize=64)
def _parsed(text: str) -> ArrivalSpec:
    return ArrivalSpec.model_validate_json(text)
