"""Gives the readings under one key as columns, by their `date`: as they stand now, and how so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mockapi.domain.timestamps import Interval
from mockapi.store.tables.sites import Site
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.delivery.arrival import (
    Batch,
    begin_of,
    block_size,
    ceiling,
    floor,
    number_at,
)
from mockapi.timeseries.delivery.arrivals import Told, told_in
from mockapi.timeseries.delivery.revision_schedule import NEVER
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import is_state
from mockapi.timeseries.time_axis import offsets_of
from mockapi.world.pushed_readings import standing
from mockapi.world.readings import Outlet
from mockapi.world.rows import stated
from mockapi.world.world import World

_NONE: Steps = np.empty(0, np.int64)


@dataclass(frozen=True)
class Hole:
    """*count* intervals in a row without a reading: seconds since 1970, [*begin*, *end*).

    *arrives* is when the last of them comes; None if none of them ever does.
    """

    begin: int
    end: int
    count: int
    arrives: int | None


@dataclass(frozen=True)
class Absent:
    """Intervals without a reading in their order, in seconds since 1970: arrays of one length.

    *arrivals* are `NEVER` where none will come.
    """

    begins: Steps
    ends: Steps
    arrivals: Steps

    @staticmethod
    def joined(each: "Sequence[Absent]") -> "Absent":
        """Return what is absent of several blocks, one after the other."""
        return Absent(
            np.concatenate([_NONE, *(one.begins for one in each)]),
            np.concatenate([_NONE, *(one.ends for one in each)]),
            np.concatenate([_NONE, *(one.arrivals for one in each)]),
        )

    def but(self, begins: Steps) -> "Absent":
        """Return all but the intervals that begin at *begins*."""
        kept = ~np.isin(self.begins, begins)
        return Absent(self.begins[kept], self.ends[kept], self.arrivals[kept])

    def besides(self, interval: Interval, begins: Steps) -> "Absent":
        """Return these with the intervals that begin at *begins*, of which none comes."""
        ends = [begin_of(interval, number_at(interval, each) + 1) for each in begins.tolist()]
        more = Absent(begins, np.array(ends, np.int64), np.full(len(begins), NEVER, np.int64))
        both = Absent.joined([self.but(begins), more])
        order = np.argsort(both.begins, kind="stable")
        return Absent(both.begins[order], both.ends[order], both.arrivals[order])

    def holes(self) -> Iterator[Hole]:
        """Yield the intervals that follow each other and all come, or all never come, as one."""
        if not len(self.begins):
            return
        lost = self.arrivals == NEVER
        apart = (self.begins[1:] != self.ends[:-1]) | (lost[1:] != lost[:-1])
        edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(lost)]
        for first, end in pairwise(edges):
            arrives = None if lost[first] else int(self.arrivals[first:end].max())
            yield Hole(int(self.begins[first]), int(self.ends[end - 1]), end - first, arrives)


def absent_of(interval: Interval, due: range, told: Steps, came: Steps, now: int) -> Absent:
    """Return which of the intervals *due* are absent *now*.

    *told* are the numbers of all readings that are ever told of them and of others, *came* the
    seconds at which these come.
    """
    arrivals = np.full(max(0, len(due)), NEVER, np.int64)
    mine = (told >= due.start) & (told < due.stop)
    np.minimum.at(arrivals, told[mine] - due.start, came[mine])
    places = np.flatnonzero(arrivals > now)
    if not len(places):
        return Absent(_NONE, _NONE, _NONE)
    begins, ends = (
        np.array([begin_of(interval, due.start + each + add) for each in places.tolist()], np.int64)
        for add in (0, 1)
    )
    return Absent(begins, ends, arrivals[places])


_LATE = 86_400
"""Seconds after its interval from which on a reading is called late."""


_NO_STEPS: Steps = np.empty(0, np.int64)


class Mark(IntEnum):
    """How a reading came; of several in a day the last of these."""

    PLAIN = 0
    LATE = 1
    REVISED = 2
    ESTIMATED = 3
    PUSHED = 4


@dataclass(frozen=True)
class Columns:
    """Readings in the order of their dates: arrays of one length.

    *dates* and *arrivals* are seconds since 1970.
    """

    dates: Steps
    values: Floats
    arrivals: Steps
    marks: NDArray[np.int64]

    def of(self, chosen: Bools | Steps) -> "Columns":
        """Return the readings that are *chosen*, in that order."""
        return Columns(
            self.dates[chosen], self.values[chosen], self.arrivals[chosen], self.marks[chosen]
        )


def outlet_of(world: World, site: Site, key: str) -> Outlet:
    """Return the measurement of *site* under *key*; raises `LookupError` for a stranger."""
    for outlet in world.outlets(site):
        if outlet.measurement.key == key:
            return outlet
    raise LookupError(f"The site delivers no series {key!r}.")


def is_level(outlet: Outlet) -> bool:
    """Tell whether coarser readings are means, and not sums."""
    return outlet.stream is not None and is_state(outlet.stream.channel)


def count_of(outlet: Outlet, since: datetime, until: datetime) -> int:
    """Return how many readings there may be in a window, before any is computed."""
    if outlet.stream is None:
        return 0
    length = outlet.stream.pipeline.interval.length
    return max(0, (until - since) // length)


def columns(
    world: World, outlet: Outlet, since: datetime, until: datetime
) -> tuple[Columns, Absent]:
    """Return what arrived by now of the intervals that begin in [*since*, *until*), and what not.

    What is stated is all that there ever is: nothing of it is absent.
    """
    first, last, now = ceiling(since), ceiling(until), floor(world.now())
    own: list[Columns] = []
    absent: list[Absent] = []
    if outlet.stream is None:
        own.extend(_stated(world, outlet, first, last, now))
    else:
        for came, missing in _streamed(outlet.stream, first, last, now):
            own.append(came)
            absent.append(missing)
    gone = Absent.joined(absent)
    if outlet.measurement.key not in world.store.pushed_keys():
        return _joined(own), gone
    pushed = standing(world.store, outlet, world.now()).dated(first, last)
    kept = (each.of(~np.isin(each.dates, pushed.dates)) for each in own)
    there = pushed.told()
    if outlet.stream is not None:
        withdrawn = pushed.dates[~np.isin(pushed.dates, there.begins)]
        gone = gone.but(there.begins).besides(outlet.stream.pipeline.interval, withdrawn)
    return _joined([*kept, _pushed(there)]), gone


def coarser(found: Columns, interval: Interval, timezone: str, *, level: bool) -> Columns:
    """Return *found* by days, hours or months of the wall clock: sums, or means of a *level*."""
    if not len(found.dates):
        return found
    offsets = offsets_of(timezone, found.dates)
    local = (found.dates + offsets).astype("datetime64[s]")
    units = {Interval.DAY: "D", Interval.MONTH: "M", Interval.HOUR: "h"}
    begins = local.astype(f"datetime64[{units[interval]}]").astype("datetime64[s]").astype(np.int64)
    starts = np.flatnonzero(np.diff(begins, prepend=begins[0] - 1))
    sizes = np.diff(starts, append=len(begins))
    sums = np.add.reduceat(found.values, starts)
    return Columns(
        begins[starts] - offsets[starts],
        sums / sizes if level else sums,
        np.maximum.reduceat(found.arrivals, starts),
        np.maximum.reduceat(found.marks, starts),
    )


def _joined(parts: Iterable[Columns]) -> Columns:
    kept = list(parts)
    joined = Columns(
        np.concatenate([_NO_STEPS, *(each.dates for each in kept)]),
        np.concatenate([_NO_STEPS.astype(np.float64), *(each.values for each in kept)]),
        np.concatenate([_NO_STEPS, *(each.arrivals for each in kept)]),
        np.concatenate([_NO_STEPS, *(each.marks for each in kept)]),
    )
    # Defects move dates: a clock that drifts, an hour that comes twice.
    return joined.of(np.argsort(joined.dates, kind="stable"))


def _streamed(stream: Stream, first: int, last: int, now: int) -> Iterator[tuple[Columns, Absent]]:
    interval = stream.pipeline.interval
    size = block_size(interval)
    begin = max(stream.pipeline.first, number_at(interval, first - 1) + 1)
    end = min(number_at(interval, last - 1) + 1, number_at(interval, now) + 1)
    over = min(end, number_at(interval, now))
    for block in range(begin // size, -(-end // size)):
        told = told_in(stream, block)
        came = told.came(now)
        wanted = (told.numbers >= begin) & (told.numbers < end) & (came <= now)
        kept = told.only(wanted)
        marks = _marks(stream, kept, came[wanted], now) if wanted.any() else _NO_STEPS
        due = range(max(begin, block * size), min(over, (block + 1) * size))
        yield (
            Columns(kept.at, kept.shown(now), came[wanted], marks),
            absent_of(interval, due, told.numbers, came, now),
        )


def _marks(stream: Stream, told: Told, came: Steps, now: int) -> NDArray[np.int64]:
    pipeline, ways = stream.pipeline, told.revisions
    # From one number to the next the time is the same, but for months.
    step = 1 if pipeline.interval is Interval.MONTH else len(told.numbers)
    first = [begin_of(pipeline.interval, int(each) + 1) for each in told.numbers[::step]]
    length = int(pipeline.interval.length.total_seconds())
    ends = np.array(first) if step == 1 else first[0] + (told.numbers - told.numbers[0]) * length
    live = ends > pipeline.registered
    estimated = ways.estimated(now) & live
    revised = ((ways.actual != NEVER) & (ways.actual <= now)) | (
        (ways.restated != NEVER) & (ways.restated <= now)
    )
    late = (came - ends > _LATE) & live
    return np.select(
        [estimated, revised, late], [Mark.ESTIMATED, Mark.REVISED, Mark.LATE], Mark.PLAIN
    ).astype(np.int64)


def _stated(world: World, outlet: Outlet, first: int, last: int, now: int) -> Iterator[Columns]:
    for each in stated(world, outlet.measurement.key, first, last):
        marks = np.zeros(len(each.dates), np.int64)
        yield Columns(each.dates, each.values, each.arrivals, marks).of(each.arrivals <= now)


def _pushed(batch: Batch) -> Columns:
    marks = np.full(len(batch.begins), Mark.PUSHED, np.int64)
    return Columns(batch.begins, batch.values, batch.arrivals, marks)
