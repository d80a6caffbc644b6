"""Readings summed or averaged over coarser intervals of the wall clock."""

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.readings import Readings
from mockapi.timeseries.time_axis import offsets_of

_UNITS = {Interval.DAY: "D", Interval.MONTH: "M", Interval.HOUR: "h"}


def resample(found: Readings, interval: Interval, timezone: str, *, averaged: bool) -> Readings:
    """Return *found* by local hours, days or months: sums, or means if *averaged*."""
    if not len(found):
        return found
    offsets = offsets_of(timezone, found.dates)
    local = (found.dates + offsets).astype("datetime64[s]")
    begins = local.astype(f"datetime64[{_UNITS[interval]}]").astype("datetime64[s]")
    numbers = begins.astype(np.int64)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    sizes = np.diff(starts, append=len(numbers))
    sums = np.add.reduceat(found.values, starts)
    return Readings(
        numbers[starts] - offsets[starts],
        np.maximum.reduceat(found.arrivals, starts),
        sums / sizes if averaged else sums,
        np.maximum.reduceat(found.statuses, starts),
    )
