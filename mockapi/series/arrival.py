"""Says which readings of a channel arrived in a window, block by block and without computing them.

A reading arrives when its interval is over and its gateway delivered it; what lies before the
registration arrives with the back-fill.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mockapi.domain.interval import Interval
from mockapi.series.channel import Channel, Submeter
from mockapi.series.steps import BLOCK, STEP

DELIVERY = timedelta(minutes=10)
"""inferred: how long after its interval a reading arrives is not published; here ten minutes."""

_DELIVERY = int(DELIVERY.total_seconds())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MONTHS = 12


def begin_of(interval: Interval, number: int) -> int:
    """Return the second since 1970 at which the interval *number* begins, in UTC."""
    if interval is Interval.MONTH:
        years, months = divmod(number, _MONTHS)
        return _floor(datetime(1970 + years, months + 1, 1, tzinfo=UTC))
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
class Pipeline:
    """When data of a site began to flow: back-fill of *history* at registration, then live."""

    registered_at: datetime
    history: timedelta
    interval: Interval

    def times(self, block: int) -> Iterator[tuple[int, int]]:
        """Yield begin and arrival of each interval of *block*, in seconds since 1970."""
        size = block_size(self.interval)
        registered = _floor(self.registered_at)
        begin = begin_of(self.interval, block * size)
        for number in range(block * size + 1, (block + 1) * size + 1):
            end = begin_of(self.interval, number)
            yield begin, max(registered, end + _DELIVERY)
            begin = end

    def window(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> tuple[int, int]:
        """Return the intervals [begin, end) that arrived by *now* and in [*since*, *until*)."""
        registered = _floor(self.registered_at)
        last = _floor(now) if until is None else min(_floor(now), _ceiling(until) - 1)
        first = registered if since is None else _ceiling(since)
        begin = number_at(self.interval, _floor(self.registered_at - self.history))
        if last < registered:
            return begin, begin
        if first > registered:
            # What came with the back-fill is out of the window.
            begin = max(begin, number_at(self.interval, first - _DELIVERY - 1))
        return begin, max(begin, number_at(self.interval, last - _DELIVERY))


@dataclass(frozen=True)
class Run:
    """Readings that follow each other in one block: the intervals [*begin*, *end*) since 1970."""

    channel: Channel | Submeter
    pipeline: Pipeline
    begin: int
    end: int

    @property
    def block(self) -> int:
        return self.begin // block_size(self.pipeline.interval)

    @property
    def part(self) -> slice:
        """Return which readings of the block they are."""
        first = self.block * block_size(self.pipeline.interval)
        return slice(self.begin - first, self.end - first)


@dataclass(frozen=True)
class Reading:
    """One value, for the interval that begins *at*."""

    at: datetime
    updated_at: datetime
    value: float


@dataclass(frozen=True)
class Batch:
    """Readings that defects touched, each with a beginning and an arrival of its own.

    Seconds since 1970; three sequences of one length, and never empty.
    """

    begins: Sequence[int]
    arrivals: Sequence[int]
    values: Sequence[float]


def runs(
    channel: Channel | Submeter,
    pipeline: Pipeline,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Run]:
    """Yield what arrived by *now*, oldest first, and in [*since*, *until*) of its arrival.

    Any split of a window yields the same readings as the whole.
    """
    begin, end = pipeline.window(now, since, until)
    size = block_size(pipeline.interval)
    while begin < end:
        stop = min(end, (begin // size + 1) * size)
        yield Run(channel, pipeline, begin, stop)
        begin = stop


def _floor(at: datetime) -> int:
    return (at - _EPOCH) // _SECOND


def _ceiling(at: datetime) -> int:
    return -((_EPOCH - at) // _SECOND)
