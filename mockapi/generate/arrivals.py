"""Says how the readings of a kept site come."""

from datetime import timedelta
from functools import lru_cache

from mockapi.domain import ids
from mockapi.domain.interval import Interval
from mockapi.scenario.arrival import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.series.arrival import Delivery, Pipeline
from mockapi.store.tables import Site

_UPLOADS = (900, 900, 900, 3_600, 3_600, 3_600, 3_600, 3_600, 86_400, 86_400)
"""Seconds between uploads, as often as they are drawn."""

_MINUTE = 60
_BITS = 1 << 63


def history_of(site: Site, scenario: Scenario) -> timedelta:
    """Return how much is back-filled at the registration of *site*."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return scenario.history


def pipeline_of(site: Site, scenario: Scenario, seed: int, interval: Interval) -> Pipeline | None:
    """Return how readings of *site* come that each stand for *interval*.

    None before it is registered, for then nothing comes (contract.md 0.12).
    """
    if site.registered_at is None:
        return None
    spec = scenario.arrival if site.arrival is None else _spec(site.arrival)
    return Pipeline(
        site.registered_at,
        history_of(site, scenario),
        interval,
        delivery_of(spec, seed, site.id),
        ids.number(seed, "arrival", site.id, below=_BITS),
    )


def delivery_of(spec: ArrivalSpec, seed: int, site_id: str) -> Delivery:
    """Return what *spec* says of the gateway of a site, the rest drawn."""
    every = _UPLOADS[ids.number(seed, "upload", site_id, below=len(_UPLOADS))]
    return Delivery(
        every=every if spec.every is None else int(spec.every.total_seconds()),
        delay=int(spec.delay.total_seconds()),
        late=spec.late,
        silent=spec.silent,
        estimated=spec.estimated,
        restated=spec.restated,
        backfill=int(spec.backfill.total_seconds()),
    )


@lru_cache(maxsize=64)
def _spec(text: str) -> ArrivalSpec:
    return ArrivalSpec.model_validate_json(text)
