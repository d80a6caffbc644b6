"""Lays pushed readings over what arrived: of each date, the revision that came last stands.

A store keeps one reading for a date. A push takes the place of what stood; a revision of the
meter's own that comes later takes the place of the push.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.defects.pipeline import main_of, striking
from mockapi.timeseries.delivery.arrival import Batch, Run, block_size, floor, number_at
from mockapi.timeseries.delivery.arrivals import told_in, unrolled
from mockapi.timeseries.delivery.gateway import deliveries, edges
from mockapi.timeseries.delivery.revisions import revisions_of
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import MODELS

BILLION = 1_000_000_000


@dataclass(frozen=True)
class Overlay:
    """Pushed revisions by date and then by arrival, arrays of one length.

    Dates in seconds since 1970, arrivals in nanoseconds; values are NaN where a reading was
    withdrawn.
    """

    dates: Steps
    arrivals: Steps
    values: Floats

    def of(self, chosen: Bools | slice) -> "Overlay":
        """Return the revisions that are *chosen*."""
        return Overlay(self.dates[chosen], self.arrivals[chosen], self.values[chosen])

    def dated(self, first: int, end: int) -> "Overlay":
        """Return the revisions of the dates [*first*, *end*), in seconds since 1970."""
        return self.of(slice(*np.searchsorted(self.dates, (first, end)).tolist()))

    def standing(self, now: int) -> "Overlay":
        """Return the last revision of each date that came by *now*, in nanoseconds."""
        came = self.of(self.arrivals <= now)
        last = np.ones(len(came.dates), bool)
        last[:-1] = came.dates[1:] != came.dates[:-1]
        return came.of(last)

    def told(self) -> Batch:
        """Return the readings there are, with arrivals in whole seconds, and maybe none."""
        there = self.of(~np.isnan(self.values))
        return Batch(there.dates, there.arrivals // BILLION, there.values)


Came = Callable[[Steps], Steps]
"""Tells of dates when what the meter itself told of them came, in nanoseconds; -1 if nothing."""


def last_word(overlay: Overlay, came: Came, now: int) -> Overlay:
    """Return the pushed revisions that stand *now*, in nanoseconds; the meter told none since."""
    standing = overlay.standing(now)
    # The meter's revision of the same instant was there when the push was made.
    return standing.of(standing.arrivals >= came(standing.dates))


def laid_over(
    parts: Iterable[Run | Batch], standing: Overlay, since: int | None, until: int | None
) -> Iterator[Run | Batch]:
    """Yield *parts* with what is *standing* in the place of their readings of the same dates.

    What *parts* hold came in [*since*, *until*), in nanoseconds; so did what is put in.
    """
    inside = np.ones(len(standing.dates), bool)
    if since is not None:
        inside &= standing.arrivals >= since
    if until is not None:
        inside &= standing.arrivals < until
    pushed = standing.of(inside).told()
    place = 0
    for part in parts:
        first, end = _span(part)
        before, behind = np.searchsorted(pushed.begins, (first, end)).tolist()
        if before > place:
            yield _rows(pushed, slice(place, before))
            place = before
        one, other = np.searchsorted(standing.dates, (first, end))
        if one == other:
            yield part
            continue
        within = _rows(pushed, slice(place, max(place, behind)))
        place = max(place, behind)
        merged = _merged(unrolled(part), standing.dates[one:other], within)
        if len(merged.begins):
            yield merged
    if place < len(pushed.begins):
        yield _rows(pushed, slice(place, None))


def came_of(stream: Stream, now: int) -> Came:
    """Return what tells when the revisions came that stand *now*, in seconds since 1970."""

    def came(dates: Steps) -> Steps:
        found = np.full(len(dates), -1, np.int64)
        for block in _blocks(stream, dates):
            labels, arrivals = _labelled(stream, block, now)
            there = arrivals <= now
            labels, arrivals = labels[there], arrivals[there]
            # Of readings under one label, the one that came last.
            order = np.lexsort((arrivals, labels))
            labels, arrivals = labels[order], arrivals[order]
            last = np.searchsorted(labels, dates, side="right") - 1
            hit = last >= 0
            hit[hit] = labels[last[hit]] == dates[hit]
            found[hit] = np.maximum(found[hit], arrivals[last[hit]] * BILLION)
        return found

    return came


def dates_of(stream: Stream, first: int, end: int, at: datetime) -> Steps:
    """Return the dates in [*first*, *end*) of all that came by *at*, in seconds since 1970."""
    now = floor(at)
    begin, stop = stream.pipeline.reach(at, None, None)
    size = block_size(stream.pipeline.interval)
    numbers = [number_at(stream.pipeline.interval, each) for each in (first, end - 1)]
    beside = size if striking(stream) else 0
    begin, stop = max(begin, numbers[0] - beside), min(stop, numbers[1] + 1 + beside)
    found = [np.empty(0, np.int64)]
    for block in range(begin // size, -(-stop // size)):
        labels, arrivals = _labelled(stream, block, now)
        found.append(labels[(arrivals <= now) & (labels >= first) & (labels < end)])
    return np.unique(np.concatenate(found))


def _labelled(stream: Stream, block: int, now: int) -> tuple[Steps, Steps]:
    """Return the date of each reading of *block*, and when what stands *now* of it came."""
    pipeline = stream.pipeline
    size = block_size(pipeline.interval)
    if striking(stream):
        told = told_in(stream, block)
        known = told.numbers >= pipeline.first
        return told.at[known], told.came(now)[known]
    main = main_of(stream.channel)
    state = MODELS[main.usage, main.measurement].state
    revisions = revisions_of(stream, block * size, size, state=state)
    place = (block * size, size)
    arrivals = deliveries(pipeline, *place) if revisions is None else revisions.last(now)
    first = max(0, min(size, pipeline.first - block * size))
    return edges(pipeline.interval, *place)[:-1][first:], arrivals[first:]


def _blocks(stream: Stream, dates: Steps) -> Sequence[int]:
    """Return the blocks that may hold readings of *dates*."""
    interval = stream.pipeline.interval
    if interval is Interval.MONTH:
        months: Steps = dates.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        numbers = months
    else:
        numbers = dates // int(interval.length.total_seconds())
    blocks = np.unique(numbers // block_size(interval))
    if striking(stream):
        # Labels that are hours off may lie in the block beside.
        blocks = np.unique(np.concatenate([blocks - 1, blocks, blocks + 1]))
    return [int(each) for each in blocks]


def _span(part: Run | Batch) -> tuple[int, int]:
    """Return the dates [first, end) that *part* lies in."""
    if isinstance(part, Batch):
        return int(part.begins.min()), int(part.begins.max()) + 1
    begins = edges(part.pipeline.interval, part.first, part.count)[:-1][part.rows]
    return int(begins[0]), int(begins[-1]) + 1


def _rows(batch: Batch, chosen: slice) -> Batch:
    return Batch(batch.begins[chosen], batch.arrivals[chosen], batch.values[chosen])


def _merged(own: Batch, replaced: Steps, pushed: Batch) -> Batch:
    """Return *own* without the dates *replaced*, and *pushed* in their order of dates."""
    kept = ~np.isin(own.begins, replaced)
    begins = np.concatenate([own.begins[kept], pushed.begins])
    order = np.argsort(begins, kind="stable")
    return Batch(
        begins[order],
        np.concatenate([own.arrivals[kept], pushed.arrivals])[order],
        np.concatenate([own.values[kept], pushed.values])[order],
    )
