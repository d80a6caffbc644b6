"""Deliveries of a gateway: in batches, after silences, and as back-fill."""

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.block_cache import cached_blocks
from mockapi.timeseries.delivery.delivery_model import Pipeline
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.impulses import each
from mockapi.timeseries.models.noise import Steps, draw, key, keys, span, uniform

_WEEK = 604_800
_DAY = 86_400
_JITTER = 900
_MINUTE = 60
_FIRST_FILL = 5
"""Seconds from a registration to its first back-fill (docs/contract/timeseries.md#timing)."""


def edges(interval: Interval, first: int, count: int) -> Steps:
    """Return when *count* intervals from *first* on begin, and the last ends, in s since 1970."""
    numbers = np.arange(first, first + count + 1, dtype=np.int64)
    if interval is Interval.MONTH:
        return np.array([begin_of(interval, int(number)) for number in numbers], np.int64)
    return numbers * int(interval.length.total_seconds())


@cached_blocks(16)
def deliveries(pipeline: Pipeline, first: int, count: int) -> Steps:
    """Return when the gateway brings *count* readings from *first* on, in seconds since 1970."""
    bounds = edges(pipeline.interval, first, count)
    return _brought(pipeline, bounds[:-1], bounds[1:])


def delivered_within(pipeline: Pipeline, units: Steps) -> tuple[Steps, Steps]:
    """Return bounds of when the gateway brings what is read in each of *units*, days of UTC.

    Seconds since 1970: nothing comes before the first or after the second, and most between.
    """
    length = int(pipeline.interval.length.total_seconds())
    begin = units * _DAY
    begins = np.concatenate([begin, begin + _DAY - length])
    brought = _brought(pipeline, begins, begins + length)
    # After a silence all come at once, and each a little later by chance.
    return brought[: len(units)] - _JITTER, brought[len(units) :] + _JITTER


def _brought(pipeline: Pipeline, begins: Steps, ends: Steps) -> Steps:
    brought = _uploaded(pipeline, ends)
    back = ends <= pipeline.registered
    if back.any():
        brought = np.where(back, _filled_back(pipeline, begins), brought)
    return delay_past_outages(pipeline, np.maximum(brought, pipeline.registered))


def delay_past_outages(pipeline: Pipeline, came: Steps) -> Steps:
    """Return when comes what would have come at *came*: after a silence what falls in one."""
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
        jitter = (each(key(seed, "jitter"), number) * longest).astype(np.int64)
    if delivery.silent:
        week = left // _WEEK
        weeks = span(week)
        seeds = (key(seed, name) for name in ("silent", "silent from", "silent for"))
        struck, into, long = uniform(keys(*seeds), weeks)
        begins = weeks * _WEEK + (into * 3.5 * _DAY).astype(np.int64)
        lasting = ((0.5 + 2.5 * long) * _DAY).astype(np.int64)
        ends = begins + np.where(struck < delivery.silent, lasting, 0)
        begin, end = begins[week - weeks[0]], ends[week - weeks[0]]
        left = np.where((begin <= left) & (left < end), end, left)
    return delay_past_outages(pipeline, left) + delivery.delay + jitter


def _filled_back(pipeline: Pipeline, begins: Steps) -> Steps:
    # inferred: a back-fill begins after five seconds, the oldest first, a month of history a
    # minute.
    speed = pipeline.delivery.backfill
    if not speed:
        return np.full(len(begins), pipeline.registered, np.int64)
    oldest = begin_of(pipeline.interval, pipeline.first)
    return pipeline.registered + _FIRST_FILL + (begins - oldest) // speed * _MINUTE
