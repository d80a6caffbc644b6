"""Finds the holes of a series: intervals that are over, and of which no reading is there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mockapi.domain.interval import Interval
from mockapi.series.arrival import begin_of, number_at
from mockapi.series.noise import Steps
from mockapi.series.stages import NEVER

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
