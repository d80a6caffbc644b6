"""Delivery of a site's readings by its gateway, and what a window of arrival may contain.

A reading arrives when its interval is over and its gateway delivered it; what is older than the
registration arrives with the back-fill.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.intervals import ceiling, floor, number_at

_LATEST = 46 * 86_400
"""Seconds after its interval by which a reading has come for good, if its gateway is not silent."""


@dataclass(frozen=True)
class Delivery:
    """How a gateway brings the readings of a site, and how often not as it should.

    Seconds, and shares between 0 and 1. It uploads *every* so often, or each reading by itself
    if 0, and readings show *delay* later. So many days of a meter come days *late*, so many weeks
    have a *silent* gateway, so many days are *estimated* at first, so many months *restated*.
    After a registration *backfill* seconds of history come a minute, or all at once if 0.
    """

    every: int = 0
    delay: int = 600
    late: float = 0.0
    silent: float = 0.0
    estimated: float = 0.0
    restated: float = 0.0
    backfill: int = 0


@dataclass(frozen=True)
class Pipeline:
    """When data of a site began to flow, and how: back-fill of *history*, then live.

    *seed* draws what *delivery* leaves to chance. In each of *silences*, seconds since 1970,
    nothing comes: what the gateway would deliver comes after, and so do late, actual and restated
    values.
    """

    registered_at: datetime
    history: timedelta
    interval: Interval
    delivery: Delivery = Delivery()
    seed: int = 0
    silences: tuple[tuple[int, int], ...] = ()

    def __hash__(self) -> int:
        """Return the hash of what differs between sites: hundreds are looked up for an answer."""
        return hash((self.seed, self.registered_at))

    @property
    def registered(self) -> int:
        """Return the second since 1970 of the registration."""
        return floor(self.registered_at)

    @property
    def first(self) -> int:
        """Return the number of the first interval that is filled back."""
        return number_at(self.interval, floor(self.registered_at - self.history))

    def reach(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> tuple[int, int]:
        """Return intervals [begin, end), in which all are that came by *now* and in the window.

        The window is [*since*, *until*) of arrival; most intervals may not be in it.
        """
        last = floor(now) if until is None else min(floor(now), ceiling(until) - 1)
        begin = self.first
        if last < self.registered:
            return begin, begin
        if since is not None and ceiling(since) > self.filled_back_at():
            waiting = _LATEST + sum(end - start for start, end in self.silences)
            begin = max(begin, number_at(self.interval, ceiling(since) - waiting) - 1)
        return begin, max(begin, number_at(self.interval, last))

    def filled_back_at(self) -> int:
        """Return the second since 1970 by which all of the history has come."""
        speed = self.delivery.backfill
        minutes = 0 if not speed else -(-int(self.history.total_seconds()) // speed) + 1
        filled = self.registered + 60 * minutes + self.delivery.delay
        for silent_from, silent_until in sorted(self.silences):
            filled = silent_until if silent_from <= filled < silent_until else filled
        return filled
