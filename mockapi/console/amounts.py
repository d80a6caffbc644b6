"""Amounts of a measurement in a window, compared with those of an earlier one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from mockapi.console.comparison import Comparison
from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.readings import Readings
from mockapi.world.world import World

_DAY = 86_400
_LONGEST_MONTH = timedelta(days=31)


def amounts_of(world: World, channel: MeterChannel, since: datetime, until: datetime) -> Readings:
    """Return the readings of *channel* in [*since*, *until*) that have arrived.

    A reading of a month is replaced by equal shares of its days.
    """
    if channel.interval is not Interval.MONTH:
        return world.reader.columns(channel, since, until)[0]
    months, _ = world.reader.columns(channel, since - _LONGEST_MONTH, until)
    days = Readings.joined(list(_by_days(months)))
    return days.at((days.dates >= since.timestamp()) & (days.dates < until.timestamp()))


def _by_days(months: Readings) -> Iterator[Readings]:
    for place, begin in enumerate(months.dates.tolist()):
        month = np.datetime64(begin, "s").astype("datetime64[M]")
        end = int((month + 1).astype("datetime64[s]").astype(np.int64))
        dates = np.arange(begin, end, _DAY, dtype=np.int64)
        shares = np.full(len(dates), months.values[place] / len(dates))
        yield Readings(dates, np.full(len(dates), months.arrivals[place]), shares)


def compare(found: Readings, earlier: Readings, distance: timedelta) -> Comparison:
    """Return the amounts of the intervals of *found* that *earlier* has *distance* before.

    The other intervals do not count, so that missing readings do not look like savings. The first
    reading of a date counts.
    """
    shifted = earlier.dates + int(distance.total_seconds())
    common, now, before = np.intersect1d(found.dates, shifted, return_indices=True)
    return Comparison(
        len(common), float(found.values[now].sum()), float(earlier.values[before].sum())
    )
