"""Delivery times of the gateway of a site: batches, outages and back-fill.

A reading arrives after its interval is over and its gateway delivered it. Readings from before the
registration arrive with the back-fill.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.block_cache import cached_blocks
from mockapi.timeseries.intervals import begin_of, ceiling, floor, number_at
from mockapi.timeseries.models.noise import Steps, draw, draw_each, key, keys, span, uniform
from mockapi.timeseries.time_axis import edges

_MOST_DELAY = 46 * 86_400
"""Longest delay of a reading after its interval in seconds, without silences of the gateway."""


@dataclass(frozen=True)
class Delivery:
    """Delivery settings of a site's gateway.

    In seconds, and shares from 0 to 1. It uploads *every* so many seconds, or each reading alone if
    0, and readings appear *delay* later. The shares are those of days of a meter that arrive days
    *late*, weeks with a *silent* gateway, days that are first *estimated*, and months that are
    *restated*. After a registration, *backfill* seconds of history arrive per minute, or all at
    once if 0.
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
    """The flow of a site's data: back-fill of *history*, then live data.

    *seed* draws what *delivery* leaves to chance. During *silences*, in seconds since 1970, nothing
    arrives. Deliveries and revisions due then arrive afterwards.
    """

    registered_at: datetime
    history: timedelta
    interval: Interval
    delivery: Delivery = Delivery()
    seed: int = 0
    silences: tuple[tuple[int, int], ...] = ()

    def __hash__(self) -> int:
        """Return a hash of the fields that differ between sites, because hashing must be fast."""
        return hash((self.seed, self.registered_at))

    @property
    def registered(self) -> int:
        """Return the time of the registration in seconds since 1970."""
        return floor(self.registered_at)

    @property
    def first(self) -> int:
        """Return the number of the first interval of the back-fill."""
        return number_at(self.interval, floor(self.registered_at - self.history))

    def reach(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> tuple[int, int]:
        """Return intervals [begin, end) that contain all arrivals by *now* in the window.

        The window is [*since*, *until*) of arrival times. The result may contain other intervals.
        """
        last = floor(now) if until is None else min(floor(now), ceiling(until) - 1)
        begin = self.first
        if last < self.registered:
            return begin, begin
        if since is not None and ceiling(since) > self.filled_back_at():
            waiting = _MOST_DELAY + sum(end - start for start, end in self.silences)
            begin = max(begin, number_at(self.interval, ceiling(since) - waiting) - 1)
        return begin, max(begin, number_at(self.interval, last))

    def filled_back_at(self) -> int:
        """Return when the back-fill is complete, in seconds since 1970."""
        speed = self.delivery.backfill
        minutes = 0 if not speed else -(-int(self.history.total_seconds()) // speed) + 1
        filled = self.registered + 60 * minutes + self.delivery.delay
        for silent_from, silent_until in sorted(self.silences):
            filled = silent_until if silent_from <= filled < silent_until else filled
        return filled


_WEEK = 604_800
_DAY = 86_400
_JITTER = 900
_MINUTE = 60
_FIRST_FILL = 5
"""Seconds from a registration to its first back-fill (docs/contract/timeseries.md#timing)."""


@cached_blocks(16)
def deliveries(pipeline: Pipeline, first: int, count: int) -> Steps:
    """Return when *count* readings from *first* on are delivered, in seconds since 1970."""
    bounds = edges(pipeline.interval, first, count)
    return _brought(pipeline, bounds[:-1], bounds[1:])


def delivered_within(pipeline: Pipeline, units: Steps) -> tuple[Steps, Steps]:
    """Return the earliest and latest delivery times of each of *units*, which are UTC days.

    In seconds since 1970.
    """
    length = int(pipeline.interval.length.total_seconds())
    begin = units * _DAY
    begins = np.concatenate([begin, begin + _DAY - length])
    brought = _brought(pipeline, begins, begins + length)
    # After a silence, all readings arrive at once, with a random jitter.
    return brought[: len(units)] - _JITTER, brought[len(units) :] + _JITTER


def _brought(pipeline: Pipeline, begins: Steps, ends: Steps) -> Steps:
    brought = _uploaded(pipeline, ends)
    back = ends <= pipeline.registered
    if back.any():
        brought = np.where(back, _filled_back(pipeline, begins), brought)
    return delay_past_outages(pipeline, np.maximum(brought, pipeline.registered))


def delay_past_outages(pipeline: Pipeline, came: Steps) -> Steps:
    """Return the arrival times *came*, delayed to the end of a silence if they are in one."""
    for silent_from, silent_until in sorted(pipeline.silences):
        came = np.where((silent_from <= came) & (came < silent_until), silent_until, came)
    return came


def _uploaded(pipeline: Pipeline, ends: Steps) -> Steps:
    delivery, seed = pipeline.delivery, pipeline.seed
    left, jitter = ends, np.zeros(len(ends), np.int64)
    if delivery.every:
        phase = int(draw(key(seed, "upload"), 0, delivery.every))
        number = -((phase - ends) // delivery.every)
        left = number * delivery.every + phase
        longest = min(delivery.every // 2, _JITTER)
        jitter = (draw_each(key(seed, "jitter"), number) * longest).astype(np.int64)
    if delivery.silent:
        week = left // _WEEK
        weeks = span(week)
        seeds = (key(seed, name) for name in ("silent", "silent from", "silent for"))
        chosen, into, long = uniform(keys(*seeds), weeks)
        begins = weeks * _WEEK + (into * 3.5 * _DAY).astype(np.int64)
        lasting = ((0.5 + 2.5 * long) * _DAY).astype(np.int64)
        ends = begins + np.where(chosen < delivery.silent, lasting, 0)
        begin, end = begins[week - weeks[0]], ends[week - weeks[0]]
        left = np.where((begin <= left) & (left < end), end, left)
    return delay_past_outages(pipeline, left) + delivery.delay + jitter


def _filled_back(pipeline: Pipeline, begins: Steps) -> Steps:
    # assumption: a back-fill begins after five seconds, the oldest first, a month of history a
    # minute.
    speed = pipeline.delivery.backfill
    if not speed:
        return np.full(len(begins), pipeline.registered, np.int64)
    oldest = begin_of(pipeline.interval, pipeline.first)
    return pipeline.registered + _FIRST_FILL + (begins - oldest) // speed * _MINUTE
