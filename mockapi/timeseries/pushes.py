"""Pushed and withdrawn readings, merged with those of the meter.

For each date the latest revision counts: a push replaces the reading before it, and a later
revision of the meter's own replaces the push.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mockapi.domain.timestamps import Interval, to_nanoseconds
from mockapi.store.store import Store
from mockapi.timeseries.intervals import BILLION
from mockapi.timeseries.missing_intervals import MissingIntervals
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.readings import Readings, ReadingStatus

_EARLIEST = -(1 << 63)


@dataclass(frozen=True, eq=False)
class PushedRevisions:
    """Revisions that were pushed under one key, ordered by date, then by arrival.

    Arrays of one length: dates in seconds since 1970, arrivals in nanoseconds, and values, which
    are NaN for withdrawn readings.
    """

    dates: Steps
    arrivals: Steps
    values: Floats

    def at(self, chosen: Bools | slice) -> "PushedRevisions":
        """Return the *chosen* revisions."""
        return PushedRevisions(self.dates[chosen], self.arrivals[chosen], self.values[chosen])

    def between(self, first: int, end: int) -> "PushedRevisions":
        """Return the revisions of the dates [*first*, *end*), in seconds since 1970."""
        return self.at(slice(*np.searchsorted(self.dates, (first, end)).tolist()))

    def latest(self, now: int) -> "PushedRevisions":
        """Return the last revision of each date that arrived by *now*, in nanoseconds."""
        arrived = self.at(self.arrivals <= now)
        last = np.ones(len(arrived.dates), bool)
        last[:-1] = arrived.dates[1:] != arrived.dates[:-1]
        return arrived.at(last)

    def later_than(self, own_arrivals: Steps) -> "PushedRevisions":
        """Return the pushes that the meter's own readings with these arrivals did not replace."""
        # A revision of the meter at the same instant existed before the push.
        return self.at(self.arrivals >= own_arrivals)

    def readings(self) -> Readings:
        """Return the readings that are not withdrawn."""
        there = self.at(~np.isnan(self.values))
        pushed = np.full(len(there.dates), ReadingStatus.PUSHED, np.int64)
        return Readings(there.dates, there.arrivals // BILLION, there.values, pushed)

    def withdrawn(self) -> Steps:
        """Return the dates of withdrawn readings."""
        dates: Steps = self.dates[np.isnan(self.values)]
        return dates

    def replace(self, dates: Steps) -> Bools:
        """Return which of *dates* are pushed or withdrawn."""
        replaced: Bools = np.isin(dates, self.dates)
        return replaced


def pushed_revisions(store: Store, key: str, registered_at: datetime) -> PushedRevisions:
    """Return the pushes under *key* of a site that was registered at *registered_at*.

    assumption: what is pushed before a site is registered arrives with its registration.
    """

    def read() -> PushedRevisions:
        at, pushed_at, values = store.pushed_arrays(key)
        earliest = max(_EARLIEST, to_nanoseconds(registered_at))
        return PushedRevisions(
            np.frombuffer(at, np.int64) // BILLION,
            np.maximum(np.frombuffer(pushed_at, np.int64), earliest),
            np.frombuffer(values, np.float64),
        )

    return store.cached("push", ("pushes of", key, registered_at), read)


def merge_pushes(
    parts: Iterable[Readings],
    effective: PushedRevisions,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Readings]:
    """Yield *parts*, with their readings replaced by the *effective* pushes of the same dates.

    Both the readings of *parts* and the resulting pushes arrived in [*since*, *until*).
    """
    inside = np.ones(len(effective.dates), bool)
    if since is not None:
        inside &= effective.arrivals >= to_nanoseconds(since)
    if until is not None:
        inside &= effective.arrivals < to_nanoseconds(until)
    pushed = effective.at(inside).readings()
    place = 0
    for part in parts:
        if not len(part):
            continue
        span = part.span()
        before, behind = np.searchsorted(pushed.dates, span).tolist()
        if before > place:
            yield pushed.at(slice(place, before))
            place = before
        within = effective.between(*span)
        if not len(within.dates):
            yield part
            continue
        between = pushed.at(slice(place, max(place, behind)))
        place = max(place, behind)
        merged = Readings.joined([part.at(~within.replace(part.dates)), between])
        if len(merged):
            yield merged
    if place < len(pushed):
        yield pushed.at(slice(place, None))


def missing_with_pushes(
    missing: MissingIntervals, effective: PushedRevisions, interval: Interval
) -> MissingIntervals:
    """Return *missing* corrected by the *effective* pushes. Withdrawn readings never arrive."""
    given = effective.readings().dates
    return missing.without(given).with_withdrawn(interval, effective.withdrawn())


def dates_with_pushes(own: Steps, effective: PushedRevisions) -> Steps:
    """Return the dates of the meter's *own* readings and the *effective* pushes."""
    dates: Steps = np.union1d(own[~effective.replace(own)], effective.readings().dates)
    return dates
