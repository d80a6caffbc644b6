"""Gives the readings under one key as columns, by their `date`: as they stand now, and how so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mockapi.domain.interval import Interval
from mockapi.series.arrival import Batch, begin_of, block_size, ceiling, floor, number_at
from mockapi.series.arrived import Told, told_in
from mockapi.series.defects import Stream
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.registry import is_state
from mockapi.series.stages import NEVER
from mockapi.series.wall_clock import offsets_of
from mockapi.store.tables.sites import Site
from mockapi.world.holes import Absent, absent_of
from mockapi.world.overlaid import standing
from mockapi.world.readings import Outlet
from mockapi.world.rows import stated
from mockapi.world.world import World

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
