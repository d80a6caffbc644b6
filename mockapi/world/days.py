"""Sums the generated readings of a meter to days, chunk by chunk, and remembers them."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from mockapi.domain.buildings import building_types
from mockapi.domain.factors import AIR, Role, factors
from mockapi.domain.interval import Interval
from mockapi.scoring.intake import micro
from mockapi.scoring.publication import midnight
from mockapi.series.arrival import begin_of, block_size
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel
from mockapi.series.noise import Steps
from mockapi.series.readings import block_values
from mockapi.series.registry import intervals, modelled
from mockapi.series.steps import STEP

Day = tuple[int, int, int, int]
"""Second of begin, second of end, ordinal, amount in millionths."""

Columns = tuple[Sequence[int], ...]
"""Many days: an array of each part."""

_CHUNK = 64
_FIRST_DAY = date(1970, 1, 1).toordinal()
_SATURDAY = 5
_OPEN_AT_WEEKENDS = 0.5
_PERCENTILE = 95


def days_of(channel: Channel, interval: Interval, since: int, until: int) -> Iterator[Day]:
    """Yield the days [*since*, *until*) of *channel*: where the site stands, or as delivered.

    Readings of a day or a month begin at midnight UTC and stand for that day, or for each day of
    that month alike.
    """
    chunk = {Interval.DAY: _by_day, Interval.MONTH: _by_month}.get(interval, _by_step)
    for number in range(_number(interval, since), _number(interval, until - 1) + 1):
        for each in zip(*chunk(channel, interval, number), strict=True):
            if since <= each[2] < until:
                yield each


def _packed(days: Iterable[Day]) -> Columns:
    """Return the columns of *days*: an eighth of what tuples of integers weigh."""
    return tuple(array("q", column) for column in zip(*days, strict=True)) or (array("q"),) * 4


def _number(interval: Interval, day: int) -> int:
    """Return the chunk that holds *day*: a block of readings, or so many days."""
    if interval is Interval.MONTH:
        return date.fromordinal(day).year - 1970
    return (day - _FIRST_DAY) // _CHUNK


@lru_cache(maxsize=4_096)
def _by_step(channel: Channel, interval: Interval, number: int) -> Columns:
    length = int(interval.length.total_seconds())
    first = _FIRST_DAY + number * _CHUNK
    zone = channel.facts.timezone
    # A reading belongs to the day in which it begins.
    edges = [-(-midnight(zone, day) // length) * length for day in range(first, first + _CHUNK + 1)]
    steps = np.array(edges, np.int64) // STEP
    known = modelled(channel)
    if _role(channel) is Role.RAW_AIR:
        levels = _percentiles(known, length // STEP, steps)
    else:
        levels = dict(enumerate(intervals(known, steps).tolist()))
    return _packed(
        (edges[index], edges[index + 1], first + index, micro(level))
        for index, level in levels.items()
    )


def _percentiles(channel: Channel, stride: int, edges: Steps) -> dict[int, float]:
    """Return the 95th percentile of each day's readings while the building is occupied."""
    # inferred: a building is occupied in the opening hours of its type, and at weekends where
    # they are at least half as busy as other days.
    building = building_types()[channel.facts.building]
    opens, closes = building.open
    axis = Axis.of(channel.facts.timezone, int(edges[0]), int(edges[-1] - edges[0]))
    occupied = (axis.local_hour >= opens) & (axis.local_hour < closes)
    if building.weekend < _OPEN_AT_WEEKENDS:
        occupied &= axis.weekday < _SATURDAY
    begins = np.arange(edges[0], edges[-1], stride)
    levels = intervals(channel, np.append(begins, edges[-1]))
    counted = occupied[begins - edges[0]]
    places = np.searchsorted(begins, edges)
    found = {}
    for index in range(len(edges) - 1):
        day = slice(places[index], places[index + 1])
        if counted[day].any():
            found[index] = float(np.percentile(levels[day][counted[day]], _PERCENTILE))
    return found


@lru_cache(maxsize=4_096)
def _by_day(channel: Channel, interval: Interval, number: int) -> Columns:
    size = block_size(interval)
    amounts = block_values(channel, interval, number).tolist()
    return _packed(
        (begin_of(interval, each), begin_of(interval, each + 1), _FIRST_DAY + each, micro(amount))
        for each, amount in enumerate(amounts, number * size)
    )


@lru_cache(maxsize=1_024)
def _by_month(channel: Channel, interval: Interval, number: int) -> Columns:
    days: list[Day] = []
    for index, amount in enumerate(block_values(channel, interval, number).tolist()):
        begin = begin_of(interval, number * block_size(interval) + index)
        end = begin_of(interval, number * block_size(interval) + index + 1)
        first, last = begin // 86_400, end // 86_400
        share = micro(amount if _role(channel) in AIR else amount / (last - first))
        days += [(begin, end, _FIRST_DAY + day, share) for day in range(first, last)]
    return _packed(days)


def _role(channel: Channel) -> Role:
    return factors().usage[channel.usage].role
