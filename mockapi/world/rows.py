"""Yields the readings of a site by their `date`: any window, block by block.

What the API tells by arrival (`World.timeseries`), a file tells by date. A window may lie outside
of the site's history and the site need not be registered: the series are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.store.tables.meters import Measurement, Meter
from mockapi.store.tables.sites import Site
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.delivery.arrival import Batch, begin_of, block_size, ceiling, number_at
from mockapi.timeseries.delivery.arrivals import told_in, unrolled
from mockapi.timeseries.delivery.revision_schedule import NEVER
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.pushes import laid_over
from mockapi.world.pushed_readings import standing
from mockapi.world.readings import Outlet, outlets
from mockapi.world.world import World

_THE_END = datetime(2250, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Series:
    """What stands under one key: a measurement of a meter of a site, and where it comes from.

    Without a *stream* its readings are stated. What is pushed is laid over readings of the
    interval of the meter and of no other: it is *as_metered*.
    """

    site: Site
    outlet: Outlet
    as_metered: bool = True

    @property
    def meter(self) -> Meter:
        return self.outlet.meter

    @property
    def measurement(self) -> Measurement:
        return self.outlet.measurement

    @property
    def stream(self) -> Stream | None:
        return self.outlet.stream

    @property
    def key(self) -> str:
        return self.measurement.key


@dataclass(frozen=True)
class Block:
    """Successive readings under *key*: begin and arrival in seconds since 1970, and values.

    All three have the shape (count,).
    """

    key: str
    dates: Steps
    arrivals: Steps
    values: Floats


def series_of(world: World, site: Site, interval: Interval | None = None) -> Iterator[Series]:
    """Yield every series of *site*; *interval* takes the place of each meter's own.

    What is not registered arrives as if it always had been.
    """
    found = outlets(world.store, world.scenario, world.seed, site, always=True, interval=interval)
    for each in found:
        pushed = each.measurement.key in world.store.pushed_keys()
        if each.stream is not None or not each.measurement.generated or pushed:
            own = each.meter.interval or site.interval or world.scenario.interval
            yield Series(site, each, interval is None or interval == own)


def rows(world: World, series: Series, since: datetime, until: datetime) -> Iterator[Block]:
    """Yield the readings of *series* for the intervals that begin in [*since*, *until*).

    They are as they stand in the end, oldest first; where they were pushed, by their dates.
    """
    own = _own(world, series, since, until)
    if not series.as_metered or series.key not in world.store.pushed_keys():
        return own
    pushed = standing(world.store, series.outlet, _THE_END).dated(ceiling(since), ceiling(until))
    parts = (Batch(each.dates, each.arrivals, each.values) for each in own)
    return (
        Block(series.key, each.begins, each.arrivals, each.values)
        for each in map(unrolled, laid_over(parts, pushed, None, None))
    )


def _own(world: World, series: Series, since: datetime, until: datetime) -> Iterator[Block]:
    """Yield the readings of *series* as if none had been pushed."""
    first, last = ceiling(since), ceiling(until)
    if series.stream is None:
        yield from stated(world, series.key, first, last)
        return
    interval = series.stream.pipeline.interval
    size = block_size(interval)
    begin, end = _number_from(interval, first), _number_from(interval, last)
    for block in range(begin // size, -(-end // size)):
        told = told_in(series.stream, block)
        wanted = (told.numbers >= begin) & (told.numbers < end)
        if wanted.any():
            came = told.came(NEVER - 1)
            yield Block(series.key, told.at[wanted], came[wanted], told.values[wanted])


def count(series: Series, since: datetime, until: datetime) -> int:
    """Return how many readings `rows` will yield, defects apart; none of stated ones."""
    if series.stream is None:
        return 0
    interval = series.stream.pipeline.interval
    first, last = _number_from(interval, ceiling(since)), _number_from(interval, ceiling(until))
    return max(0, last - first)


def stated(world: World, key: str, first: int, last: int) -> Iterator[Block]:
    """Yield the readings that a scenario states of the dates [*first*, *last*)."""
    read = [
        (ceiling(each.at), ceiling(each.updated_at - timedelta(microseconds=999_999)), each.value)
        for each in world.store.stated_readings(key, None, None)
    ]
    kept = [each for each in read if first <= each[0] < last]
    if kept:
        dates, arrivals, values = zip(*kept, strict=True)
        yield Block(key, np.array(dates), np.array(arrivals), np.array(values, np.float64))


def _number_from(interval: Interval, second: int) -> int:
    """Return the number of the first interval that begins at *second* or later."""
    number = number_at(interval, second)
    return number if begin_of(interval, number) >= second else number + 1
