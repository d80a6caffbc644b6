"""Readings by arrival time."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.defects.effects import Measured
from mockapi.timeseries.defects.stream_defects import (
    applicable_defects,
    defective_block,
)
from mockapi.timeseries.delivery.revisions import (
    NEVER,
    Revisions,
    estimates,
    meter_of,
    readings_per_unit,
    revision_times_of,
    revisions_of,
    week_of,
)
from mockapi.timeseries.delivery.schedule import Pipeline, delivered_within, deliveries
from mockapi.timeseries.intervals import SHORT_WINDOW, STEPS_PER_DAY, block_size, ceiling, floor
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import is_averaged, main_model
from mockapi.timeseries.models.submeters import values_from
from mockapi.timeseries.readings import BlockRows, Readings, RevisionedReadings
from mockapi.timeseries.time_axis import edges

_MOST_CHECKED_DAYS = 100
"""Up to this number of days, each day is checked individually."""

Span = tuple[int, int]
"""A pair: first and count, or begin and end."""


def candidate_spans(
    pipeline: Pipeline,
    meter_id: str,
    reach: Span,
    window: Span,
    *,
    state: bool,
) -> list[Span] | None:
    """Return the days with possible arrivals in *window*, as spans of readings.

    *reach* are the intervals [begin, end) to check, *window* the seconds [earliest, until) since
    1970. None if there are too many days.
    """
    if pipeline.interval is Interval.MONTH:
        return None
    each = readings_per_unit(pipeline.interval)
    begin, end = reach[0] // each, -(-reach[1] // each)
    if end - begin > _MOST_CHECKED_DAYS:
        return None
    if end <= begin:
        return []
    found = _brought(pipeline, begin, end - begin, window)
    chosen = revision_times_of(pipeline, meter_id, begin, end - begin, state=state)
    days = sorted({*found, *(day for day, times in chosen.items() if times.within(*window))})
    if len(days) * STEPS_PER_DAY > SHORT_WINDOW:
        return None
    runs: list[Span] = []
    for day in days:
        first = day * each
        if runs and sum(runs[-1]) == first:
            runs[-1] = (runs[-1][0], runs[-1][1] + each)
        else:
            runs.append((first, each))
    return runs


@lru_cache(maxsize=16)
def _brought(pipeline: Pipeline, first: int, count: int, window: Span) -> tuple[int, ...]:
    """Return those of *count* days of which the gateway may deliver readings in *window*."""
    days = np.arange(first, first + count, dtype=np.int64)
    earliest, latest = delivered_within(pipeline, days)
    return tuple(days[(latest >= window[0]) & (earliest < window[1])].tolist())


_NONE = np.empty(0, np.int64)
_EARLIEST = -(1 << 62)


def readings_arrived(
    stream: MeterStream,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Readings]:
    """Yield the readings whose latest revision as of *now* arrived in [*since*, *until*).

    Any split of a window gives the same readings. No yielded block is empty.
    """
    last = floor(now)
    reach, window, settled = _requested(stream.pipeline, now, since, until)
    found = None
    # During the back-fill, and if there are defects, search whole blocks.
    if settled and not applicable_defects(stream):
        found = candidate_spans(
            stream.pipeline, meter_of(stream), reach, window, state=is_averaged(stream.model)
        )
    if found is None:
        size = block_size(stream.pipeline.interval)
        blocks = range(reach[0] // size, -(-reach[1] // size))
        found = [(block * size, size) for block in blocks]
    for place in found:
        part = _part(stream, place, reach, window, last)
        if part is not None:
            yield part


@lru_cache(maxsize=4)
def _requested(
    pipeline: Pipeline, now: datetime, since: datetime | None, until: datetime | None
) -> tuple[Span, Span, bool]:
    """Return the intervals and seconds to search, and whether the back-fill is complete.

    Both are [begin, end). All streams of a site are read together, so the last few are cached.
    """
    last = floor(now) + 1
    window = (
        _EARLIEST if since is None else ceiling(since),
        last if until is None else min(last, ceiling(until)),
    )
    return pipeline.reach(now, since, until), window, window[0] > pipeline.filled_back_at()


def _part(
    stream: MeterStream, place: Span, reach: Span, window: Span, last: int
) -> Readings | None:
    """Return the readings of *place*, as of *last*, that arrived in *window*."""
    first, count = place
    delivered = deliveries(stream.pipeline, first, count)
    revisions = revisions_of(stream, first, count, state=is_averaged(stream.model))
    arrived = delivered if revisions is None else revisions.last(last)
    wanted = (arrived >= window[0]) & (arrived < window[1])
    wanted[: max(0, reach[0] - first)] = False
    wanted[max(0, reach[1] - first) :] = False
    if not wanted.any():
        return None
    settled = revisions is None or revisions.are_settled(wanted, last)
    if settled and not applicable_defects(stream):
        changed = _NONE if revisions is None else np.flatnonzero(arrived != delivered)
        rows = BlockRows(
            stream.model, stream.pipeline, *place, _places(wanted), changed, arrived[changed]
        )
        return Readings.of_block(rows)
    revisioned = revisions_from(stream, first, count)
    chosen = wanted[revisioned.numbers - first]
    return revisioned.readings_at(last, chosen) if chosen.any() else None


def _places(wanted: Bools) -> slice | Steps:
    """Return where *wanted* is true; as a slice if contiguous, because slices copy faster."""
    places = np.flatnonzero(wanted)
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def revisions_of_block(stream: MeterStream, block: int) -> RevisionedReadings:
    """Return all readings of *block*."""
    size = block_size(stream.pipeline.interval)
    return revisions_from(stream, block * size, size)


def revisions_over(stream: MeterStream, begin: int, end: int) -> RevisionedReadings:
    """Return all readings of the intervals [*begin*, *end*), and of some around them."""
    if applicable_defects(stream):
        size = block_size(stream.pipeline.interval)
        blocks = range(begin // size, -(-end // size))
        return RevisionedReadings.joined([revisions_of_block(stream, block) for block in blocks])
    each = readings_per_unit(stream.pipeline.interval)
    first = begin // each * each
    return revisions_from(stream, first, -(-end // each) * each - first)


def revisions_from(stream: MeterStream, first: int, count: int) -> RevisionedReadings:
    """Return all readings of *count* intervals from *first* on: a block if there are defects.

    The intervals must be those of whole UTC days or months.
    """
    numbers, dates, values = _measured(stream, first, count)
    places = numbers - first
    revisions = revisions_of(stream, first, count, state=is_averaged(stream.model))
    if revisions is None:
        revisions = Revisions.delivered_once(deliveries(stream.pipeline, first, count))
    estimated = None
    if (revisions.actual != NEVER).any():
        estimated = estimates(stream, first, _week_before(stream, first, count))[places]
    main = main_model(stream.model)
    return RevisionedReadings(main, numbers, dates, values, revisions.of(places), estimated)


def _measured(stream: MeterStream, first: int, count: int) -> Measured:
    interval = stream.pipeline.interval
    if applicable_defects(stream):
        return defective_block(stream, first // block_size(interval))
    numbers = np.arange(first, first + count, dtype=np.int64)
    dates = edges(interval, first, count)[:-1]
    return numbers, dates, values_from(stream.model, interval, first, count)


def _week_before(stream: MeterStream, first: int, count: int) -> Floats:
    """Return the values measured one week before *count* intervals from *first* on."""
    week = week_of(stream.pipeline)
    return values_from(stream.model, stream.pipeline.interval, first - week, count)
