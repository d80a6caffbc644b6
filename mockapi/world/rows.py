"""Yields the readings of a site by their `date`: any window, block by block.

What the API tells by arrival (`World.timeseries`), a file tells by date. A window may lie outside
of the site's history and the site need not be registered: the series are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from mockapi.domain.catalog import catalog
from mockapi.domain.interval import Interval
from mockapi.generate.facts import channel_of, site_facts
from mockapi.series.arrival import Pipeline, begin_of, block_size, number_at
from mockapi.series.channel import Channel, Submeter
from mockapi.series.noise import Floats, Steps
from mockapi.series.readings import block_values
from mockapi.store.tables import Measurement, Meter, Site
from mockapi.world.world import World

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Series:
    """What stands under one key: a measurement of a meter of a site, and where it comes from.

    The *channel* computes it; without one, the scenario stated its readings.
    """

    site: Site
    meter: Meter
    measurement: Measurement
    pipeline: Pipeline
    channel: Channel | Submeter | None

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
    equipment = world.store.meters(site.id)
    meters = [meter for meter, _ in equipment]
    facts = site_facts(site, [meter.usage for meter in meters], world.seed)
    for meter, measurements in equipment:
        own = Interval(meter.interval or site.interval or world.scenario.interval)
        pipeline = Pipeline(site.registered_at or _ALWAYS, timedelta(0), interval or own)
        for each in measurements:
            if not each.generated:
                yield Series(site, meter, each, pipeline, None)
            elif meter.usage in catalog().by_usage():
                channel = channel_of(facts, meter, meters, each.name)
                yield Series(site, meter, each, pipeline, channel)


def rows(world: World, series: Series, since: datetime, until: datetime) -> Iterator[Block]:
    """Yield the readings of *series* whose `date` is in [*since*, *until*), oldest first."""
    first, last = _ceiling(since), _ceiling(until)
    if series.channel is None:
        yield from _stated(world, series.key, first, last)
        return
    interval = series.pipeline.interval
    size = block_size(interval)
    begin, end = _number_from(interval, first), _number_from(interval, last)
    while begin < end:
        block = begin // size
        stop = min(end, (block + 1) * size)
        part = slice(begin - block * size, stop - block * size)
        times = _times(series.pipeline, block)[part]
        values = block_values(series.channel, interval, block)[part]
        yield Block(series.key, times[:, 0], times[:, 1], values)
        begin = stop


def count(series: Series, since: datetime, until: datetime) -> int:
    """Return how many readings `rows` will yield; none of stated ones, which are few."""
    if series.channel is None:
        return 0
    interval = series.pipeline.interval
    first, last = _number_from(interval, _ceiling(since)), _number_from(interval, _ceiling(until))
    return max(0, last - first)


def _stated(world: World, key: str, first: int, last: int) -> Iterator[Block]:
    read = [
        (_ceiling(each.at), _ceiling(each.updated_at - timedelta(microseconds=999_999)), each.value)
        for each in world.store.stated_readings(key, None, None)
    ]
    kept = [each for each in read if first <= each[0] < last]
    if kept:
        dates, arrivals, values = zip(*kept, strict=True)
        yield Block(key, np.array(dates), np.array(arrivals), np.array(values, np.float64))


@lru_cache(maxsize=16)
def _times(pipeline: Pipeline, block: int) -> Steps:
    """Return begin and arrival of each interval of *block*, shape (count, 2)."""
    times = np.array(list(pipeline.times(block)), np.int64)
    times.flags.writeable = False
    return times


def _number_from(interval: Interval, second: int) -> int:
    """Return the number of the first interval that begins at *second* or later."""
    number = number_at(interval, second)
    return number if begin_of(interval, number) >= second else number + 1


def _ceiling(at: datetime) -> int:
    return -((_EPOCH - at) // _SECOND)
