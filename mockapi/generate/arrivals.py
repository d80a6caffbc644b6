"""Says how the readings of a kept site come."""

from datetime import datetime, timedelta
from functools import lru_cache

from mockapi.domain import ids
from mockapi.domain.interval import Interval
from mockapi.scenario.arrival import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.series.arrival import Delivery, Pipeline
from mockapi.store.tables.sites import Site

_UPLOADS = (900, 900, 900, 3_600, 3_600, 3_600, 3_600, 3_600, 86_400, 86_400)
"""Seconds between uploads, as often as they are drawn."""

_MINUTE = 60
_BITS = 1 << 63


def history_of(site: Site, scenario: Scenario) -> timedelta:
    """Return how much is back-filled at the registration of *site*."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return scenario.history


def pipeline_of(
    site: Site,
    registered_at: datetime,
    scenario: Scenario,
    seed: int,
    interval: Interval,
    *,
    silences: tuple[tuple[int, int], ...] = (),
) -> Pipeline:
    """Return how readings of *site* come that each stand for *interval*, but for *silences*."""
    spec = scenario.arrival if site.arrival is None else _spec(site.arrival)
    return Pipeline(
        registered_at,
        history_of(site, scenario),
        interval,
        delivery_of(spec, seed, site.id),
        ids.number(seed, "arrival", site.id, below=_BITS),
        silences,
    )


def filling_of(site: Site, scenario: Scenario) -> timedelta:
    """Return how long the back-fill of *site* takes."""
    spec = scenario.arrival if site.arrival is None else _spec(site.arrival)
    if not spec.backfill:
        return timedelta(0)
    return timedelta(minutes=-(-history_of(site, scenario) // spec.backfill))


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
