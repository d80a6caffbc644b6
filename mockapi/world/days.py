"""Sums the readings of a stream to days, chunk by chunk and as they came, and remembers them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from mockapi.domain.buildings import building_types
from mockapi.domain.factors import AIR, Role, factors
from mockapi.domain.interval import Interval
from mockapi.scoring.intake import Revision, micro
from mockapi.scoring.publication import midnight
from mockapi.series.arrival import begin_of, block_size
from mockapi.series.arrived import Told, told_in
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel
from mockapi.series.defects import Stream
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.spoiled import main_of
from mockapi.series.stages import NEVER
from mockapi.series.steps import STEP

Columns = tuple[Sequence[int], ...]
"""Many revisions: an array of each part."""

CHUNK = 64
FIRST_DAY = date(1970, 1, 1).toordinal()
_SATURDAY = 5
_OPEN_AT_WEEKENDS = 0.5
PERCENTILE = 95


def days_of(stream: Stream, since: int, until: int) -> Iterator[Revision]:
    """Yield what became known of the days [*since*, *until*), ordinals where the site stands.

    Readings of a day or a month begin at midnight UTC and stand for that day, or for each day of
    that month alike. A day is known when its last reading came, and anew when one was put right.
    """
    chunk = _by_month if stream.pipeline.interval is Interval.MONTH else _by_day
    for number in range(number_of(stream, since), number_of(stream, until - 1) + 1):
        for each in zip(*chunk(stream, number), strict=True):
            if since <= each[1] < until:
                yield Revision(*each)


def number_of(stream: Stream, day: int) -> int:
    """Return the chunk that holds *day*: a block of readings, or so many days."""
    if stream.pipeline.interval is Interval.MONTH:
        return date.fromordinal(day).year - 1970
    return (day - FIRST_DAY) // CHUNK


def _packed(days: Iterable[tuple[int, int, int]]) -> Columns:
    """Return the columns of *days*: an eighth of what tuples of integers weigh."""
    return tuple(array("q", column) for column in zip(*days, strict=True)) or (array("q"),) * 3


@lru_cache(maxsize=4_096)
def _by_day(stream: Stream, number: int) -> Columns:
    edges = edges_of(stream, number)
    begun = edges >= max(int(edges[0]), stream.pipeline.first)
    found = []
    for told in told_between(stream, int(edges[0]), int(edges[-1])):
        day = np.searchsorted(edges, told.numbers, side="right") - 1
        counted = counted_in(stream, told.numbers)
        for known_at, place, amount in _revised(stream, told, day, counted):
            if begun[place]:
                found.append((known_at, FIRST_DAY + number * CHUNK + place, amount))
    return _packed(found)


def edges_of(stream: Stream, number: int) -> Steps:
    """Return the numbers of the intervals that each day of a chunk begins with, and its end."""
    interval = stream.pipeline.interval
    if interval is Interval.DAY:
        return np.arange(number * CHUNK, (number + 1) * CHUNK + 1, dtype=np.int64)
    length = int(interval.length.total_seconds())
    first = FIRST_DAY + number * CHUNK
    zone = zone_of(stream)
    # A reading belongs to the day in which it begins.
    numbers = [-(-midnight(zone, day) // length) for day in range(first, first + CHUNK + 1)]
    return np.array(numbers, np.int64)


def told_between(stream: Stream, begin: int, end: int) -> Iterator[Told]:
    """Yield what is told of the intervals [*begin*, *end*), all at once; nothing if all is lost."""
    size = block_size(stream.pipeline.interval)
    blocks = [told_in(stream, block) for block in range(begin // size, -(-end // size))]
    whole = Told.joined(blocks)
    inside = (whole.numbers >= begin) & (whole.numbers < end)
    if inside.any():
        yield whole.only(inside)


def _revised(
    stream: Stream, told: Told, day: Steps, counted: Bools | None
) -> Iterator[tuple[int, int, int]]:
    """Yield when each day was known, its place, and its amount; anew as readings are put right."""
    ways = told.revisions
    known = np.zeros(CHUNK, np.int64)
    for stage in (ways.first, ways.actual, ways.restated):
        came = np.zeros(CHUNK, np.int64)
        np.maximum.at(came, day, np.where(stage == NEVER, 0, stage))
        anew = came > known
        if not anew.any():
            continue
        known = np.maximum(known, came)
        shown = told.shown(known[day])
        for place, level in _levels(stream, shown, day, counted):
            if anew[place]:
                yield int(known[place]), place, micro(level)


def _levels(
    stream: Stream, shown: Floats, day: Steps, counted: Bools | None
) -> Iterator[tuple[int, float]]:
    """Yield each day's sum, mean or percentile, by what its readings are."""
    role = role_of(stream)
    if role is Role.RAW_AIR and counted is not None:
        for place in np.unique(day[counted]).tolist():
            chosen = shown[(day == place) & counted]
            yield place, float(np.percentile(chosen, PERCENTILE))
        return
    sums, count = np.bincount(day, shown, CHUNK), np.bincount(day, minlength=CHUNK)
    for place in np.flatnonzero(count).tolist():
        yield place, float(sums[place] / count[place] if role in AIR else sums[place])


def counted_in(stream: Stream, numbers: Steps) -> Bools | None:
    """Tell in which intervals the building is occupied; None where that is of no concern."""
    interval = stream.pipeline.interval
    if role_of(stream) is not Role.RAW_AIR or interval is Interval.DAY:
        return None
    # inferred: a building is occupied in the opening hours of its type, and at weekends where
    # they are at least half as busy as other days.
    building = building_types()[_main(stream).facts.building]
    opens, closes = building.open
    stride = int(interval.length.total_seconds()) // STEP
    first, last = int(numbers.min()) * stride, int(numbers.max()) * stride
    axis = Axis.of(zone_of(stream), first, last - first + 1)
    occupied = (axis.local_hour >= opens) & (axis.local_hour < closes)
    if building.weekend < _OPEN_AT_WEEKENDS:
        occupied &= axis.weekday < _SATURDAY
    found: Bools = occupied[numbers * stride - first]
    return found


@lru_cache(maxsize=1_024)
def _by_month(stream: Stream, number: int) -> Columns:
    interval = stream.pipeline.interval
    size = block_size(interval)
    days: list[tuple[int, int, int]] = []
    for told in told_between(
        stream, max(number * size, stream.pipeline.first), (number + 1) * size
    ):
        month = told.numbers - number * size
        for known_at, place, amount in _revised(stream, told, month, None):
            begin = begin_of(interval, number * size + place)
            end = begin_of(interval, number * size + place + 1)
            first, last = begin // 86_400, end // 86_400
            share = amount if role_of(stream) in AIR else round(amount / (last - first))
            days += [(known_at, FIRST_DAY + day, share) for day in range(first, last)]
    return _packed(days)


def _main(stream: Stream) -> Channel:
    return main_of(stream.channel)


def role_of(stream: Stream) -> Role:
    return factors().usage[_main(stream).usage].role


def zone_of(stream: Stream) -> str:
    return _main(stream).facts.timezone
