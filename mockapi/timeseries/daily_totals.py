"""Daily totals of readings, generated or given."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from itertools import repeat
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from mockapi.domain.buildings import building_types
from mockapi.domain.factors import AIR, Role, factors
from mockapi.domain.scores import MICRO, DailyAmount, micro, midnight
from mockapi.domain.timestamps import Interval
from mockapi.store.store import Store
from mockapi.timeseries.block_cache import cached_blocks
from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.delivery.arrivals import revisions_over
from mockapi.timeseries.delivery.revisions import NEVER
from mockapi.timeseries.intervals import STEP, begin_of, block_size, ceiling, floor
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import main_model
from mockapi.timeseries.readings import RevisionedReadings
from mockapi.timeseries.time_axis import Axis


def given_daily_totals(
    store: Store, channel: MeterChannel, since: int, until: int
) -> Iterator[DailyAmount]:
    """Yield the amount of each of the days [*since*, *until*) after each revision of a reading.

    They are in the order of the times at which they become known.
    """
    zone = ZoneInfo(channel.site.timezone or "UTC")
    days = range(since, until)
    by_day: dict[int, dict[datetime, float]] = {}
    total: Callable[[Collection[float]], float] = sum
    if factors().usage[channel.meter.usage].role in AIR:
        total = _mean
    for known_at, at, value in sorted(_revisions(store, channel), key=lambda each: each[:2]):
        day = at.astimezone(zone).toordinal()
        if day not in days:
            continue
        readings = by_day.setdefault(day, {})
        if value is not None:
            readings[at] = value
        elif readings.pop(at, None) is None:
            continue
        values = readings.values()
        yield DailyAmount(known_at, day, micro(total(values)) if values else None)


def _revisions(store: Store, channel: MeterChannel) -> Iterator[tuple[int, datetime, float | None]]:
    """Yield the time of arrival, date and value of each reading; value None if withdrawn."""
    for each in store.given_readings(channel.key, None, None):
        yield ceiling(each.updated_at), each.at, each.value
    for push in store.pushed(channel.key, None, None, None):
        arrived = max(push.pushed_at, channel.registered_at)
        # One second later, as for pushes on generated readings.
        yield floor(arrived) + 1, push.at, push.value


def _mean(values: Collection[float]) -> float:
    return sum(values) / len(values)


RevisionRows = NDArray[np.int64]
"""Revisions, one column each: time, day and amount."""

CHUNK = 64
FIRST_DAY = date(1970, 1, 1).toordinal()
_DAY = 86_400
_SATURDAY = 5
_OPEN_AT_WEEKENDS = 0.5
PERCENTILE = 95
_NO_ROWS: RevisionRows = np.empty((3, 0), np.int64)


def daily_totals(stream: MeterStream, since: int, until: int) -> Iterator[DailyAmount]:
    """Yield the amounts of the days [*since*, *until*), local ordinals, as they become known.

    A reading of a day or month begins at midnight UTC and counts for that day, or for each day of
    that month equally. A day is known when its last reading has arrived, and again after each
    revision. The amounts are in the order of these times.
    """
    chunk = _by_month if stream.pipeline.interval is Interval.MONTH else _by_day
    numbers = range(number_of(stream, since), number_of(stream, until - 1) + 1)
    rows = [_NO_ROWS, *(chunk(stream, each) for each in numbers)]
    known_at, day, amount = np.concatenate(rows, axis=1)
    order = np.lexsort((day, known_at))
    order = order[(since <= day[order]) & (day[order] < until)]
    columns = (each[order].tolist() for each in (known_at, day, amount))
    # Like `DailyAmount._make` but several times as fast, because it does not count the fields.
    return map(tuple.__new__, repeat(DailyAmount), zip(*columns, strict=True))


def number_of(stream: MeterStream, day: int) -> int:
    """Return the number of the chunk that contains *day*: a block of readings or CHUNK days."""
    if stream.pipeline.interval is Interval.MONTH:
        return date.fromordinal(day).year - 1970
    return (day - FIRST_DAY) // CHUNK


# The scores of a day need a year: with a year of 1,000 sites cached, the next day takes a fiftieth
# of the time of the first one. A chunk takes 2 kB.
@cached_blocks(40_960)
def _by_day(stream: MeterStream, number: int) -> RevisionRows:
    edges = edges_of(stream, number)
    begun = edges >= max(int(edges[0]), stream.pipeline.first)
    found = [_NO_ROWS]
    readings = revisions_between(stream, int(edges[0]), int(edges[-1]))
    if readings is not None:
        day = np.searchsorted(edges, readings.numbers, side="right") - 1
        occupied = occupied_intervals(stream, readings.numbers)
        for known_at, place, amount in _revision_rows(stream, readings, day, occupied):
            kept = begun[place]
            days = FIRST_DAY + number * CHUNK + place
            found.append(np.stack((known_at, days, amount))[:, kept])
    return np.concatenate(found, axis=1)


def edges_of(stream: MeterStream, number: int) -> Steps:
    """Return the first interval number of each day of a chunk, and the end of the last day."""
    return _edges(stream.pipeline.interval, zone_of(stream), number)


@cached_blocks(256)
def _edges(interval: Interval, zone: str, number: int) -> Steps:
    if interval is Interval.DAY:
        return np.arange(number * CHUNK, (number + 1) * CHUNK + 1, dtype=np.int64)
    length = int(interval.length.total_seconds())
    first = FIRST_DAY + number * CHUNK
    # A reading belongs to the day in which it begins.
    numbers = [-(-midnight(zone, day) // length) for day in range(first, first + CHUNK + 1)]
    return np.array(numbers, np.int64)


def revisions_between(stream: MeterStream, begin: int, end: int) -> RevisionedReadings | None:
    """Return all readings of the intervals [*begin*, *end*); None if there are none."""
    # A chunk of days may end before the first reading of the stream.
    if begin >= end:
        return None
    return revisions_over(stream, begin, end).between(begin, end)


def _revision_rows(
    stream: MeterStream, readings: RevisionedReadings, day: Steps, occupied: Bools | None
) -> Iterator[tuple[Steps, Steps, Steps]]:
    """Yield times, day positions and amounts, again after each revision.

    *day* is the position of each reading's day, ascending.
    """
    revisions = readings.revisions
    starts = np.flatnonzero(np.diff(day, prepend=-1))
    present = day[starts]
    known = np.zeros(CHUNK, np.int64)
    for stage in (revisions.first, revisions.actual, revisions.restated):
        came = np.zeros(CHUNK, np.int64)
        came[present] = np.maximum.reduceat(np.where(stage == NEVER, 0, stage), starts)
        updated = came > known
        if not updated.any():
            continue
        known = np.maximum(known, came)
        place, levels = _levels(stream, readings.values_at(known[day]), day, occupied)
        chosen = updated[place]
        # Rounds like `micro`, vectorized.
        amounts = np.rint(levels[chosen] * MICRO).astype(np.int64)
        yield known[place[chosen]], place[chosen], amounts


def _levels(
    stream: MeterStream, shown: Floats, day: Steps, occupied: Bools | None
) -> tuple[Steps, Floats]:
    """Return the positions of days with readings, and the sum, mean or percentile of each."""
    role = role_of(stream)
    if role is Role.RAW_AIR and occupied is not None:
        place = np.unique(day[occupied])
        chosen = (shown[(day == each) & occupied] for each in place.tolist())
        return place, np.array([np.percentile(each, PERCENTILE) for each in chosen], np.float64)
    sums, count = np.bincount(day, shown, CHUNK), np.bincount(day, minlength=CHUNK)
    place = np.flatnonzero(count)
    return place, sums[place] / (count[place] if role in AIR else 1)


def occupied_intervals(stream: MeterStream, numbers: Steps) -> Bools | None:
    """Return which intervals are occupied hours of the building; None if all count."""
    interval = stream.pipeline.interval
    if role_of(stream) is not Role.RAW_AIR or interval is Interval.DAY:
        return None
    # assumption: a building is occupied in the opening hours of its type, and at weekends where
    # they are at least half as busy as other days.
    building = building_types()[main_model(stream.model).profile.building]
    opens, closes = building.open
    stride = int(interval.length.total_seconds()) // STEP
    first, last = int(numbers.min()) * stride, int(numbers.max()) * stride
    axis = Axis.of(zone_of(stream), first, last - first + 1)
    occupied = (axis.local_hour >= opens) & (axis.local_hour < closes)
    if building.weekend < _OPEN_AT_WEEKENDS:
        occupied &= axis.weekday < _SATURDAY
    found: Bools = occupied[numbers * stride - first]
    return found


@cached_blocks(1_024)
def _by_month(stream: MeterStream, number: int) -> RevisionRows:
    interval = stream.pipeline.interval
    size = block_size(interval)
    found = [_NO_ROWS]
    first = max(number * size, stream.pipeline.first)
    readings = revisions_between(stream, first, (number + 1) * size)
    if readings is not None:
        month = readings.numbers - number * size
        for rows in _revision_rows(stream, readings, month, None):
            for known_at, place, amount in zip(*(each.tolist() for each in rows), strict=True):
                days = np.array(days_of_month(number * size + place))
                share = amount if role_of(stream) in AIR else round(amount / len(days))
                found.append(np.stack(np.broadcast_arrays(known_at, days, share)))
    return np.concatenate(found, axis=1)


def days_of_month(month: int) -> range:
    """Return the ordinals of the days of a *month* counted from 1970."""
    first, end = (begin_of(Interval.MONTH, each) // _DAY for each in (month, month + 1))
    return range(FIRST_DAY + first, FIRST_DAY + end)


def role_of(stream: MeterStream) -> Role:
    return factors().usage[main_model(stream.model).usage].role


def zone_of(stream: MeterStream) -> str:
    return main_model(stream.model).profile.timezone
