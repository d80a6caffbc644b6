"""Containers of readings: as of an instant, and with all revisions; and resampling."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.delivery.revisions import Revisions
from mockapi.timeseries.delivery.schedule import Pipeline, deliveries
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import quantised
from mockapi.timeseries.models.submeters import values_from
from mockapi.timeseries.time_axis import edges, offsets_of

Statuses = NDArray[np.int64]
_UNITS = {Interval.DAY: "D", Interval.MONTH: "M", Interval.HOUR: "h"}


class ReadingStatus(IntEnum):
    """Status of a reading. The highest counts for several readings together."""

    PLAIN = 0
    LATE = 1
    REVISED = 2
    ESTIMATED = 3
    PUSHED = 4


@dataclass(frozen=True, eq=False)
class BlockRows:
    """Rows of a block of *count* readings from interval *first* on, without defects.

    The block is a pure function of its keys, so that derived values can be cached. Its readings
    arrived as delivered, except those at positions *changed*, which arrived at *changed_at*.
    """

    model: MeterModel | SubmeterModel
    pipeline: Pipeline
    first: int
    count: int
    rows: slice | Steps
    changed: Steps
    changed_at: Steps

    @property
    def values_key(self) -> tuple[object, ...]:
        """Return the cache key of `values`."""
        return self.model, self.pipeline.interval, self.first, self.count

    @property
    def times_key(self) -> tuple[object, ...]:
        """Return the cache key of `dates` and `deliveries`."""
        return self.pipeline, self.first, self.count

    def values(self) -> Floats:
        """Return the values of the whole block."""
        return values_from(self.model, self.pipeline.interval, self.first, self.count)

    def dates(self) -> Steps:
        """Return the dates of the whole block."""
        return edges(self.pipeline.interval, self.first, self.count)[:-1]

    def deliveries(self) -> Steps:
        """Return when the gateway delivered the readings of the whole block."""
        return deliveries(self.pipeline, self.first, self.count)


class Readings:
    """Readings of one measurement: arrays of one length.

    Dates and arrivals are seconds since 1970, statuses those of `ReadingStatus`.
    """

    block: BlockRows | None = None

    def __init__(
        self, dates: Steps, arrivals: Steps, values: Floats, statuses: Statuses | None = None
    ) -> None:
        self.dates, self.arrivals, self.values = dates, arrivals, values
        if statuses is not None:
            self.statuses = statuses

    @classmethod
    def of_block(cls, block: BlockRows) -> Self:
        """Return the rows of *block*. Arrays are computed on first use."""
        made = cls.__new__(cls)
        made.block = block
        return made

    @classmethod
    def joined(cls, parts: "Sequence[Readings]") -> Self:
        """Return the readings of all *parts* by date."""
        dates = np.concatenate([np.empty(0, np.int64), *(each.dates for each in parts)])
        arrivals = np.concatenate([np.empty(0, np.int64), *(each.arrivals for each in parts)])
        values = np.concatenate([np.empty(0), *(each.values for each in parts)])
        statuses = np.concatenate([np.empty(0, np.int64), *(each.statuses for each in parts)])
        # Clock defects move dates, so that parts can overlap.
        order = np.argsort(dates, kind="stable")
        return cls(dates[order], arrivals[order], values[order], statuses[order])

    @cached_property
    def dates(self) -> Steps:
        return self._block.dates()[self._block.rows]

    @cached_property
    def arrivals(self) -> Steps:
        arrivals = self._block.deliveries()
        if len(self._block.changed):
            arrivals = arrivals.copy()
            arrivals[self._block.changed] = self._block.changed_at
        return arrivals[self._block.rows]

    @cached_property
    def values(self) -> Floats:
        return self._block.values()[self._block.rows]

    @property
    def _block(self) -> BlockRows:
        if self.block is None:
            raise AttributeError("These readings are not those of a block.")
        return self.block

    @cached_property
    def statuses(self) -> Statuses:
        return np.full(len(self), ReadingStatus.PLAIN, np.int64)

    def span(self) -> tuple[int, int]:
        """Return the first date, and the second after the last one."""
        if self.block is not None:
            return int(self.dates[0]), int(self.dates[-1]) + 1
        return int(self.dates.min()), int(self.dates.max()) + 1

    def at(self, chosen: Bools | Steps | slice) -> "Readings":
        """Return the *chosen* readings."""
        return Readings(
            self.dates[chosen],
            self.arrivals[chosen],
            self.values[chosen],
            self.statuses[chosen],
        )

    def __len__(self) -> int:
        return len(self.dates)


@dataclass(frozen=True, eq=False)
class Resampled:
    """Readings of coarser intervals, with the lowest and highest reading and the number in each."""

    readings: Readings
    lows: Floats
    highs: Floats
    counts: Steps


def resample(found: Readings, interval: Interval, timezone: str, *, averaged: bool) -> Resampled:
    """Return *found* by local hours, days or months: sums, or means if *averaged*."""
    if not len(found):
        return Resampled(found, found.values, found.values, found.dates)
    offsets = offsets_of(timezone, found.dates)
    local = (found.dates + offsets).astype("datetime64[s]")
    begins = local.astype(f"datetime64[{_UNITS[interval]}]").astype("datetime64[s]")
    numbers = begins.astype(np.int64)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    sizes = np.diff(starts, append=len(numbers))
    sums = np.add.reduceat(found.values, starts)
    readings = Readings(
        numbers[starts] - offsets[starts],
        np.maximum.reduceat(found.arrivals, starts),
        sums / sizes if averaged else sums,
        np.maximum.reduceat(found.statuses, starts),
    )
    lows = np.minimum.reduceat(found.values, starts)
    return Resampled(readings, lows, np.maximum.reduceat(found.values, starts), sizes)


@dataclass(frozen=True, eq=False)
class RevisionedReadings:
    """All readings of a block with their revisions: arrays of one length.

    *numbers* are the true intervals, *dates* the labels in seconds since 1970, *values* the
    measured values, *estimates* the values delivered before them. *model* gives the resolution of
    the values.
    """

    model: MeterModel
    numbers: Steps
    dates: Steps
    values: Floats
    revisions: Revisions
    estimates: Floats | None

    @staticmethod
    def joined(parts: "Sequence[RevisionedReadings]") -> "RevisionedReadings":
        """Return the readings of several blocks, one after the other."""
        estimates = None
        if any(one.estimates is not None for one in parts):
            estimates = np.concatenate(
                [one.values if one.estimates is None else one.estimates for one in parts]
            )
        return RevisionedReadings(
            parts[0].model,
            np.concatenate([one.numbers for one in parts]),
            np.concatenate([one.dates for one in parts]),
            np.concatenate([one.values for one in parts]),
            Revisions.joined([one.revisions for one in parts]),
            estimates,
        )

    def at(self, chosen: Bools) -> "RevisionedReadings":
        """Return the *chosen* readings."""
        return RevisionedReadings(
            self.model,
            self.numbers[chosen],
            self.dates[chosen],
            self.values[chosen],
            self.revisions.of(chosen),
            None if self.estimates is None else self.estimates[chosen],
        )

    def between(self, begin: int, end: int) -> "RevisionedReadings | None":
        """Return the readings of the intervals [*begin*, *end*); None if there are none."""
        inside = (self.numbers >= begin) & (self.numbers < end)
        return self.at(inside) if inside.any() else None

    def arrival_times(self, now: int | Steps) -> Steps:
        """Return when the latest revision as of *now* arrived; a later time if none arrived."""
        return self.revisions.last(now)

    def values_at(self, now: int | Steps) -> Floats:
        """Return the values as of *now*, of readings that arrived."""
        values, revisions = self.values, self.revisions
        estimated, waiting_for_restatement = (
            revisions.estimated(now),
            revisions.waiting_for_restatement(now),
        )
        if self.estimates is not None:
            values = np.where(estimated, self.estimates, values)
        if not (estimated.any() or waiting_for_restatement.any()):
            return values
        shown = quantised(
            self.model, np.where(waiting_for_restatement, values * revisions.ratio, values)
        )
        return np.where(estimated | waiting_for_restatement, shown, values)

    def readings_at(self, now: int, chosen: Bools) -> Readings:
        """Return the *chosen* readings as of *now*."""
        return Readings(
            self.dates[chosen], self.arrival_times(now)[chosen], self.values_at(now)[chosen]
        )
