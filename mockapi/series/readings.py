"""Turns a meter and a window into readings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from zoneinfo import ZoneInfo

from mockapi.domain.buildings import BuildingType, building_types
from mockapi.series.shapes import SHAPES, Moment

DELIVERY = timedelta(minutes=10)
"""inferred: how long after its interval a reading arrives is not published; here ten minutes."""

_HOURS_A_YEAR = 8766.0
_SCALE = 2.0**63
_OUTDOOR_CO2 = 425.0
_SHARES = {"Waste Diverted": 0.45, "Generated onsite - solar": 0.18, "Reclaimed onsite": 0.2}
_FUEL_IN_LITRES = {"Diesel": 0.0004, "Fuel Oil": 0.001, "Biodiesel (B100)": 0.001}


@dataclass(frozen=True)
class Series:
    """What the readings under one key depend on; *area* in m2."""

    seed: int
    key: str
    commodity: str
    usage: str
    building: str
    area: int
    latitude: float
    timezone: str
    interval: timedelta

    @cached_property
    def type(self) -> BuildingType:
        return building_types()[self.building]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Reading:
    """One value, for the interval that begins *at*."""

    at: datetime
    updated_at: datetime
    value: float


def value_at(series: Series, at: datetime) -> float:
    """Return what *series* reads for the interval that begins *at*, in its catalog unit."""
    middle = (at + series.interval / 2).astimezone(series.zone)
    moment = Moment(
        hour=middle.hour + middle.minute / 60,
        weekday=middle.weekday(),
        day_of_year=middle.timetuple().tm_yday,
        latitude=series.latitude,
    )
    hours = at.timestamp() / 3600
    shape = SHAPES[series.usage](series.type, moment)
    drift = 1 + 0.12 * smooth(series.seed, series.key + "/day", hours / 30)
    drift += 0.06 * smooth(series.seed, series.key + "/hour", hours / 2)
    drift += 0.02 * noise(series.seed, series.key, int(at.timestamp()))
    if series.commodity == "Human Experience/Air Quality":
        # A raw sensor is neither smoothed nor rounded to whole parts per million.
        ppm = _OUTDOOR_CO2 + 330 * max(0.0, shape - 0.12) * drift
        return round(ppm, 1) if series.usage.endswith("Raw") else float(round(ppm))
    year = series.type.year.get(series.commodity, 1.0)
    year *= _SHARES.get(series.usage, 1.0) * _FUEL_IN_LITRES.get(series.usage, 1.0)
    mean = year * series.area * (series.interval.total_seconds() / 3600) / _HOURS_A_YEAR
    return round(mean * shape * drift, 3)


@dataclass(frozen=True)
class Pipeline:
    """When a site's data began to flow: back-fill of *history* at registration, then live."""

    registered_at: datetime
    history: timedelta

    def arrival(self, at: datetime, interval: timedelta) -> datetime:
        """Return when the reading for the interval that begins *at* becomes visible."""
        return max(self.registered_at, at + interval + DELIVERY)


def readings(
    series: Series,
    pipeline: Pipeline,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Reading]:
    """Yield what arrived by *now*, oldest first, and in [since, until) of its arrival.

    Any split of a window yields the same readings as the whole.
    """
    step = series.interval
    at = _floor(pipeline.registered_at - pipeline.history, step)
    if since is not None and since > pipeline.registered_at:
        # Everything that came with the back-fill is out of the window.
        at = max(at, _floor(since - step - DELIVERY, step))
    last = now if until is None else min(now, until)
    while at + step + DELIVERY <= last or (at < pipeline.registered_at <= last):
        arrived = pipeline.arrival(at, step)
        if arrived > now or (until is not None and arrived >= until):
            return
        if since is None or arrived >= since:
            yield Reading(at, arrived, value_at(series, at))
        at += step


def noise(seed: int, key: str, step: int) -> float:
    """Return a draw from [-1, 1) for the step numbered *step* of the series *key*."""
    digest = blake2b(f"{seed}|{key}|{step}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / _SCALE - 1.0


def smooth(seed: int, key: str, position: float) -> float:
    """Return noise that changes over whole units of *position*, in about [-1, 1)."""
    whole = int(position // 1)
    part = position - whole
    weight = part * part * (3 - 2 * part)
    return noise(seed, key, whole) * (1 - weight) + noise(seed, key, whole + 1) * weight


def _floor(at: datetime, step: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % step.total_seconds())
