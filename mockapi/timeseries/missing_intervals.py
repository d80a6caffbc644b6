"""Intervals without a reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.delivery.revisions import NEVER
from mockapi.timeseries.models.noise import Steps
from mockapi.timeseries.time_axis import begins_of, numbers_of

_NONE: Steps = np.empty(0, np.int64)


@dataclass(frozen=True)
class Gap:
    """*count* consecutive intervals without a reading, from *begin* to *end* in s since 1970.

    *arrives* is the arrival time of the last of them; None if they never arrive.
    """

    begin: int
    end: int
    count: int
    arrives: int | None


@dataclass(frozen=True)
class MissingIntervals:
    """Intervals without a reading by date, in seconds since 1970: arrays of one length.

    *arrivals* are `NEVER` if no reading will arrive.
    """

    begins: Steps
    ends: Steps
    arrivals: Steps

    @staticmethod
    def joined(parts: "Sequence[MissingIntervals]") -> "MissingIntervals":
        """Return the missing intervals of several blocks, one after the other."""
        return MissingIntervals(
            np.concatenate([_NONE, *(one.begins for one in parts)]),
            np.concatenate([_NONE, *(one.ends for one in parts)]),
            np.concatenate([_NONE, *(one.arrivals for one in parts)]),
        )

    @staticmethod
    def of(
        interval: Interval, due: range, numbers: Steps, arrivals: Steps, now: int
    ) -> "MissingIntervals":
        """Return which of the intervals *due* have no reading at *now*.

        *numbers* are the intervals of all readings that will ever arrive, *arrivals* their times.
        """
        first_arrival = np.full(max(0, len(due)), NEVER, np.int64)
        inside = (numbers >= due.start) & (numbers < due.stop)
        np.minimum.at(first_arrival, numbers[inside] - due.start, arrivals[inside])
        places = np.flatnonzero(first_arrival > now)
        if not len(places):
            return MissingIntervals(_NONE, _NONE, _NONE)
        begins = begins_of(interval, due.start + places)
        ends = begins_of(interval, due.start + places + 1)
        return MissingIntervals(begins, ends, first_arrival[places])

    def without(self, begins: Steps) -> "MissingIntervals":
        """Return the missing intervals except those that begin at *begins*."""
        kept = ~np.isin(self.begins, begins)
        return MissingIntervals(self.begins[kept], self.ends[kept], self.arrivals[kept])

    def with_withdrawn(self, interval: Interval, begins: Steps) -> "MissingIntervals":
        """Return the missing intervals plus those that begin at *begins*, which never arrive."""
        ends = begins_of(interval, numbers_of(interval, begins) + 1)
        more = MissingIntervals(begins, ends, np.full(len(begins), NEVER, np.int64))
        both = MissingIntervals.joined([self.without(begins), more])
        order = np.argsort(both.begins, kind="stable")
        return MissingIntervals(both.begins[order], both.ends[order], both.arrivals[order])

    def gaps(self) -> Iterator[Gap]:
        """Yield gaps of consecutive intervals that all arrive, or all never arrive."""
        if not len(self.begins):
            return
        lost = self.arrivals == NEVER
        apart = (self.begins[1:] != self.ends[:-1]) | (lost[1:] != lost[:-1])
        edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(lost)]
        for first, end in pairwise(edges):
            arrives = None if lost[first] else int(self.arrivals[first:end].max())
            yield Gap(int(self.begins[first]), int(self.ends[end - 1]), end - first, arrives)
