"""Level of a meter by recorded readings: interval, resolution, total and start."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import gcd
from typing import TypeGuard

from mockapi.domain import timestamps
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.timestamps import Interval
from mockapi.importing.observations import Body

_FEWEST = 24
"""Fewest readings, not zero, that show a resolution."""

_MOST_DECIMALS = 6
_ROUNDING = 1e-9
_DAY = timedelta(days=1)
_MONTH = 27 * 86_400
_LEAST, _MOST = 1e-6, 1e12
"""Limits of a total in a scenario."""
_LARGEST_READING = 1e15
_LONGEST = timedelta(days=1_000)
"""Shorter than the longest period that a scenario accepts."""


@dataclass(frozen=True)
class RecordedReading:
    """A reading as recorded; *updated_at* is not parsed."""

    date: datetime
    updated_at: str
    value: float


@dataclass(frozen=True)
class RecordedTotal:
    """The sum of the readings from *since* to *until*."""

    total: float
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Level:
    """Keys of a meter; None for those that the readings do not show."""

    interval: Interval
    resolution: float | None
    total: RecordedTotal | None


def recorded_readings(bodies: Mapping[str, Body]) -> Sequence[RecordedReading]:
    """Return the valid readings in *bodies*, oldest first."""
    found = {}
    for body in bodies.values():
        value = body.get("value")
        with suppress(ValueError):
            date = timestamps.parse(str(body["date"]))
            if FIRST_YEAR <= date.year < LAST_YEAR and _is_reading(value):
                updated_at = str(body.get("updatedAt") or body["date"])
                found[date] = RecordedReading(date, updated_at, float(value))
    return [found[each] for each in sorted(found)]


def _is_reading(value: object) -> TypeGuard[float]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _LARGEST_READING


def level_of(readings: Sequence[RecordedReading], usual: Interval) -> Level:
    """Return the level that *readings*, at least one, show.

    *usual* is the interval if there is one reading only.
    """
    interval = interval_of([each.date for each in readings], usual)
    resolution = resolution_of([each.value for each in readings])
    return Level(interval, resolution, total_of(readings, interval))


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


def total_of(readings: Sequence[RecordedReading], interval: Interval) -> RecordedTotal | None:
    """Return the total of the longest period without gaps of more than a day.

    Return None if a scenario cannot have it: if it is zero, negative or too large.

    Missing readings within the period count with the mean of the others.
    """
    longest = max(_periods(readings, interval), key=len)
    since, until = longest[0].date, _end_of(longest[-1].date, interval)
    expected = 1
    if interval is not Interval.MONTH:
        expected = round((until - since) / interval.length)
    total = sum(each.value for each in longest) * max(1.0, expected / len(longest))
    if not _LEAST <= total <= _MOST:
        return None
    return RecordedTotal(float(f"{total:.9g}"), since, until)


def _periods(
    readings: Sequence[RecordedReading], interval: Interval
) -> Sequence[Sequence[RecordedReading]]:
    """Return *readings*, divided at gaps and where a period would be too long."""
    most = interval.length + (2 * _DAY if interval is Interval.MONTH else _DAY)
    found = [[readings[0]]]
    for earlier, later in pairwise(readings):
        is_long = later.date - found[-1][0].date > _LONGEST
        if later.date - earlier.date > most or is_long:
            found.append([])
        found[-1].append(later)
    return found


def _end_of(date: datetime, interval: Interval) -> datetime:
    """Return the end of the interval that begins at *date*.

    In UTC, a month may begin on the last day of the month before.
    """
    if interval is not Interval.MONTH:
        return date + interval.length
    within = date + _DAY
    return date + monthrange(within.year, within.month)[1] * _DAY
