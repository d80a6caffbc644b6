"""Says which readings of a channel arrived in a window, block by block and without computing them.

A reading arrives when its interval is over and its gateway delivered; what lies before the
registration arrives with the back-fill.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mockapi.series.channel import Channel
from mockapi.series.steps import BLOCK, STEP, STEPS_A_DAY

DELIVERY = timedelta(minutes=10)
"""inferred: how long after its interval a reading arrives is not published; here ten minutes."""

_DELIVERY = int(DELIVERY.total_seconds())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Pipeline:
    """When the data of a site began to flow: *history* at the registration, then live.

    *steps* is the interval of its readings in steps of 15 minutes; it divides a day.
    """

    registered_at: datetime
    history: timedelta
    steps: int

    def __post_init__(self) -> None:
        if STEPS_A_DAY % self.steps:
            raise ValueError(f"An interval of {self.steps * STEP} seconds does not divide a day.")

    @property
    def seconds(self) -> int:
        """Return the length of an interval."""
        return self.steps * STEP

    def arrival(self, interval: int) -> int:
        """Return the second since 1970 at which the reading of *interval* becomes visible."""
        return max(_floor(self.registered_at), (interval + 1) * self.seconds + _DELIVERY)

    def block_begin(self, block: int) -> int:
        """Return the first interval of *block*."""
        return block * BLOCK // self.steps

    def times(self, block: int) -> Iterator[tuple[int, int]]:
        """Yield begin and arrival of each interval of *block*, in seconds since 1970."""
        begin = self.block_begin(block)
        for interval in range(begin, begin + BLOCK // self.steps):
            yield interval * self.seconds, self.arrival(interval)

    def window(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> tuple[int, int]:
        """Return the intervals [begin, end) that arrived by *now* and in [*since*, *until*)."""
        registered = _floor(self.registered_at)
        last = _floor(now) if until is None else min(_floor(now), _ceiling(until) - 1)
        first = registered if since is None else _ceiling(since)
        begin = _floor(self.registered_at - self.history) // self.seconds
        if last < registered:
            return begin, begin
        if first > registered:
            # What came with the back-fill is out of the window.
            begin = max(begin, -((_DELIVERY - first) // self.seconds) - 1)
        return begin, max(begin, (last - _DELIVERY) // self.seconds)


@dataclass(frozen=True)
class Run:
    """Readings that follow each other in one block: the intervals [*begin*, *end*) since 1970."""

    channel: Channel
    pipeline: Pipeline
    begin: int
    end: int

    @property
    def block(self) -> int:
        return self.begin * self.pipeline.steps // BLOCK


@dataclass(frozen=True)
class Reading:
    """One value, for the interval that begins *at*."""

    at: datetime
    updated_at: datetime
    value: float


def runs(
    channel: Channel,
    pipeline: Pipeline,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Run]:
    """Yield what arrived by *now*, oldest first, and in [*since*, *until*) of its arrival.

    Any split of a window yields the same readings as the whole.
    """
    begin, end = pipeline.window(now, since, until)
    size = BLOCK // pipeline.steps
    while begin < end:
        stop = min(end, (begin // size + 1) * size)
        yield Run(channel, pipeline, begin, stop)
        begin = stop


def _floor(at: datetime) -> int:
    return (at - _EPOCH) // _SECOND


def _ceiling(at: datetime) -> int:
    return -((_EPOCH - at) // _SECOND)
