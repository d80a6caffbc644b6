"""Level of a meter by recorded readings: interval, resolution, total of a year and start."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import gcd, isfinite

import numpy as np

from mockapi.domain import timestamps
from mockapi.domain.timestamps import Interval
from mockapi.importing.observations import Body
from mockapi.timeseries.intervals import STEP, floor
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.registry import intervals, is_averaged, resolve_model, usual_total
from mockapi.timeseries.time_axis import edges, numbers_of

_FEWEST = 24
"""Fewest readings, not zero, that show a resolution."""

_MOST_DECIMALS = 6
_ROUNDING = 1e-9
_MONTH = 27 * 86_400


@dataclass(frozen=True)
class RecordedReading:
    """A reading as recorded."""

    date: datetime
    updated_at: datetime
    value: float


@dataclass(frozen=True)
class Level:
    """Keys of a meter; None for those that the readings do not show."""

    interval: Interval
    resolution: float | None
    yearly: float | None
    starts_at: datetime


def recorded_readings(bodies: Mapping[str, Body]) -> Sequence[RecordedReading]:
    """Return the valid readings in *bodies*, oldest first."""
    found = {}
    for body in bodies.values():
        value = body.get("value")
        try:
            date = timestamps.parse(str(body["date"]))
            updated_at = timestamps.parse(str(body.get("updatedAt") or body["date"]))
        except ValueError:
            continue
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            found[date] = RecordedReading(date, updated_at, float(value))
    return [found[each] for each in sorted(found)]


def level_of(readings: Sequence[RecordedReading], usual: Interval, model: MeterModel) -> Level:
    """Return the level that *readings*, at least one, show for the meter of *model*.

    The model, which knows seasons and weeks, gives the share of a year that the readings cover.
    *usual* is the interval if there is one reading only.
    """
    interval = interval_of([each.date for each in readings], usual)
    return Level(
        interval,
        resolution_of([each.value for each in readings]),
        _yearly(readings, interval, resolve_model(model)),
        readings[0].date,
    )


def interval_of(dates: Sequence[datetime], usual: Interval) -> Interval:
    """Return the interval that most successive *dates* are apart, or the nearest one."""
    gaps = Counter((later - earlier).total_seconds() for earlier, later in pairwise(dates))
    if not gaps:
        return usual
    most = max(gaps, key=lambda gap: (gaps[gap], -gap))
    if most >= _MONTH:
        return Interval.MONTH
    shorter = [each for each in Interval if each is not Interval.MONTH]
    return min(shorter, key=lambda each: abs(each.length.total_seconds() - most))


def resolution_of(values: Sequence[float]) -> float | None:
    """Return the greatest step of which all *values* are multiples; None if it is not clear."""
    some = [each for each in values if each]
    if len(some) < _FEWEST:
        return None
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = [each * 10**decimals for each in some]
        counts = [round(each) for each in scaled]
        if all(
            abs(each - count) < _ROUNDING * max(1.0, abs(each))
            for each, count in zip(scaled, counts, strict=True)
        ):
            return float(gcd(*counts) / 10**decimals)
    return None


def _yearly(
    readings: Sequence[RecordedReading], interval: Interval, model: MeterModel
) -> float | None:
    if is_averaged(model):
        return None
    seconds = np.array([floor(each.date) for each in readings], np.int64)
    numbers = np.unique(numbers_of(interval, seconds))
    first, count = int(numbers[0]), int(numbers[-1] - numbers[0]) + 1
    usual = intervals(model, edges(interval, first, count) // STEP)[numbers - first].sum()
    recorded = sum(each.value for each in readings)
    if usual <= 0 or recorded <= 0:
        return None
    return float(f"{recorded * usual_total(model) / usual:.6g}")
