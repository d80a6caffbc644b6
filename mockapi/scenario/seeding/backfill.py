"""Delivery and back-fill parameters of sites.

Imports no numpy, because every start imports this module.
"""

from datetime import timedelta
from functools import lru_cache

from mockapi.scenario.meters import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.store.tables import Site


def arrival_of(site: Site, scenario: Scenario) -> ArrivalSpec:
    """Return the delivery of readings of *site*, by default that of *scenario*."""
    return scenario.arrival if site.arrival is None else _parsed(site.arrival)


def history_of(site: Site, scenario: Scenario) -> timedelta:
    """Return the duration of the history that the registration of *site* delivers."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return scenario.history


def backfill_duration(site: Site, scenario: Scenario) -> timedelta:
    """Return the duration of the back-fill of *site*."""
    arrival = arrival_of(site, scenario)
    if not arrival.backfill:
        return timedelta(0)
    return timedelta(minutes=-(-history_of(site, scenario) // arrival.backfill))


@lru_cache(maxsize=64)
def _parsed(text: str) -> ArrivalSpec:
    return ArrivalSpec.model_validate_json(text)
