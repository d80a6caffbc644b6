"""Says when data of a site flow, and which intervals a window of arrival may hold.

A reading arrives when its interval is over and its gateway delivered it; what lies before the
registration arrives with the back-fill.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import Channel, Submeter
from mockapi.timeseries.steps import BLOCK, STEP

if TYPE_CHECKING:
    from mockapi.timeseries.models.noise import Floats, Steps

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MONTHS = 12
_LATEST = 46 * 86_400
"""Seconds after its interval by which a reading has come for good, if its gateway is not silent."""


def begin_of(interval: Interval, number: int) -> int:
    """Return the second since 1970 at which the interval *number* begins, in UTC."""
    if interval is Interval.MONTH:
        years, months = divmod(number, _MONTHS)
        return floor(datetime(1970 + years, months + 1, 1, tzinfo=UTC))
    return number * int(interval.length.total_seconds())


def number_at(interval: Interval, second: int) -> int:
    """Return the number of the interval that holds *second*; the first of 1970 is number 0."""
    if interval is Interval.MONTH:
        at = _EPOCH + timedelta(seconds=second)
        return (at.year - 1970) * _MONTHS + at.month - 1
    return second // int(interval.length.total_seconds())


def block_size(interval: Interval) -> int:
    """Return how many readings are computed at once."""
    if interval is Interval.MONTH:
        return _MONTHS
    return BLOCK * STEP // int(interval.length.total_seconds())


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


@dataclass(frozen=True)
class Reading:
    """One value, for the interval that begins *at*."""

    at: datetime
    updated_at: datetime
    value: float


@dataclass(frozen=True)
class Run:
    """Readings that are what was measured: *rows*, by their places, of *count* from *first* on.

    They came as their gateway brought them but for those *changed*, which came at *changed_at*,
    in seconds since 1970.
    """

    channel: Channel | Submeter
    pipeline: Pipeline
    first: int
    count: int
    rows: "slice | Steps"
    changed: "Steps"
    changed_at: "Steps"


@dataclass(frozen=True)
class Batch:
    """Readings of which each has a beginning and an arrival of its own, in seconds since 1970.

    Three arrays of one length, and never empty.
    """

    begins: "Steps"
    arrivals: "Steps"
    values: "Floats"


def floor(at: datetime) -> int:
    """Return the last whole second since 1970 that is not after *at*."""
    return (at - _EPOCH) // _SECOND


def ceiling(at: datetime) -> int:
    """Return the first whole second since 1970 that is not before *at*."""
    return -((_EPOCH - at) // _SECOND)
