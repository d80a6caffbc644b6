"""Yields what arrived of a stream in a window, block by block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from mockapi.timeseries.channel import Channel
from mockapi.timeseries.defects.effects import Rows
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.defects.pipeline import main_of, spoiled_rows, striking
from mockapi.timeseries.delivery.arrival import Batch, Pipeline, Run, block_size, ceiling, floor
from mockapi.timeseries.delivery.candidate_days import Span, stretches
from mockapi.timeseries.delivery.gateway import deliveries, edges
from mockapi.timeseries.delivery.revision_schedule import NEVER, readings_a_unit
from mockapi.timeseries.delivery.revisions import (
    Revisions,
    guesses,
    meter_of,
    revisions_of,
    week_of,
)
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.models.registry import is_state, quantised
from mockapi.timeseries.models.submeters import values_from

_NONE = np.empty(0, np.int64)
_LONG_AGO = -(1 << 62)


def arrived(
    stream: Stream, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Run | Batch]:
    """Yield the readings whose standing revision came by *now*, and in [*since*, *until*).

    Any split of a window yields the same readings as the whole.
    """
    last = floor(now)
    reach, window, settled = _asked(stream.pipeline, now, since, until)
    found = None
    # While history comes, and where readings are spoiled, whole blocks are looked through.
    if settled and not striking(stream):
        found = stretches(
            stream.pipeline, meter_of(stream), reach, window, state=is_state(stream.channel)
        )
    if found is None:
        size = block_size(stream.pipeline.interval)
        blocks = range(reach[0] // size, -(-reach[1] // size))
        found = [(block * size, size) for block in blocks]
    for first, count in found:
        part = _part(stream, (first, count), reach, window, last)
        if part is not None:
            yield part


@lru_cache(maxsize=4)
def _asked(
    pipeline: Pipeline, now: datetime, since: datetime | None, until: datetime | None
) -> tuple[Span, Span, bool]:
    """Return which readings may have come, in which seconds, and if all history had come before.

    Both are [begin, end). All streams of a site are asked for at once, so the last few are kept.
    """
    last = floor(now) + 1
    window = (
        _LONG_AGO if since is None else ceiling(since),
        last if until is None else min(last, ceiling(until)),
    )
    return pipeline.reach(now, since, until), window, window[0] > pipeline.filled_back_at()


def _part(stream: Stream, place: Span, reach: Span, window: Span, last: int) -> Run | Batch | None:
    """Return what came in *window* and stands at *last* of the readings of *place*."""
    first, count = place
    brought = deliveries(stream.pipeline, first, count)
    revisions = revisions_of(stream, first, count, state=is_state(stream.channel))
    came = brought if revisions is None else revisions.last(last)
    wanted = (came >= window[0]) & (came < window[1])
    wanted[: max(0, reach[0] - first)] = False
    wanted[max(0, reach[1] - first) :] = False
    if not wanted.any():
        return None
    if not striking(stream) and (revisions is None or revisions.are_settled(wanted, last)):
        changed = _NONE if revisions is None else np.flatnonzero(came != brought)
        return Run(stream.channel, stream.pipeline, *place, _places(wanted), changed, came[changed])
    told = told_of(stream, first, count)
    chosen = wanted[told.numbers - first]
    if not chosen.any():
        return None
    return Batch(told.at[chosen], told.came(last)[chosen], told.shown(last)[chosen])


@dataclass(frozen=True)
class Told:
    """The readings that a block ever tells, and how each came: arrays of one length.

    *numbers* are those of the true intervals, *at* the labels in seconds since 1970, *values*
    what the meter showed, *guesses* what stood there while it was estimated.
    """

    channel: Channel
    numbers: Steps
    at: Steps
    values: Floats
    revisions: Revisions
    guesses: Floats | None

    @staticmethod
    def joined(each: "Sequence[Told]") -> "Told":
        """Return what several blocks tell, one after the other."""
        told = None
        if any(one.guesses is not None for one in each):
            told = np.concatenate(
                [one.values if one.guesses is None else one.guesses for one in each]
            )
        return Told(
            each[0].channel,
            np.concatenate([one.numbers for one in each]),
            np.concatenate([one.at for one in each]),
            np.concatenate([one.values for one in each]),
            Revisions.joined([one.revisions for one in each]),
            told,
        )

    def only(self, kept: Bools) -> "Told":
        """Return the readings for which *kept* is true."""
        return Told(
            self.channel,
            self.numbers[kept],
            self.at[kept],
            self.values[kept],
            self.revisions.of(kept),
            None if self.guesses is None else self.guesses[kept],
        )

    def came(self, now: int | Steps) -> Steps:
        """Return when the revision came that stands *now*; later than that if none did."""
        return self.revisions.last(now)

    def shown(self, now: int | Steps) -> Floats:
        """Return what stands *now*, of those that came."""
        values, ways = self.values, self.revisions
        estimated, mistaken = ways.estimated(now), ways.mistaken(now)
        if self.guesses is not None:
            values = np.where(estimated, self.guesses, values)
        if not (estimated.any() or mistaken.any()):
            return values
        shown = quantised(self.channel, np.where(mistaken, values * ways.ratio, values))
        return np.where(estimated | mistaken, shown, values)


def told_in(stream: Stream, block: int) -> Told:
    """Return the readings that *block* ever tells."""
    size = block_size(stream.pipeline.interval)
    return told_of(stream, block * size, size)


def told_over(stream: Stream, begin: int, end: int) -> Told:
    """Return what is ever told of the intervals [*begin*, *end*), and of some around them."""
    if striking(stream):
        size = block_size(stream.pipeline.interval)
        blocks = range(begin // size, -(-end // size))
        return Told.joined([told_in(stream, block) for block in blocks])
    each = readings_a_unit(stream.pipeline.interval)
    first = begin // each * each
    return told_of(stream, first, -(-end // each) * each - first)


def told_of(stream: Stream, first: int, count: int) -> Told:
    """Return what *count* readings from *first* on ever tell: of a block, where there are defects.

    They are those of whole days of UTC, or of months.
    """
    rows = _true(stream, first, count)
    places = rows.numbers - first
    ways = revisions_of(stream, first, count, state=is_state(stream.channel))
    if ways is None:
        ways = Revisions.once(deliveries(stream.pipeline, first, count))
    told = None
    if (ways.actual != NEVER).any():
        told = guesses(stream, first, _week_before(stream, first, count))[places]
    return Told(main_of(stream.channel), rows.numbers, rows.at, rows.values, ways.of(places), told)


def unrolled(part: Run | Batch) -> Batch:
    """Return each reading of *part* with its beginning, its arrival and its value."""
    if isinstance(part, Batch):
        return part
    interval, place = part.pipeline.interval, (part.first, part.count)
    arrivals = deliveries(part.pipeline, *place).copy()
    arrivals[part.changed] = part.changed_at
    values = values_from(part.channel, interval, *place)
    begins = edges(interval, *place)[:-1]
    return Batch(begins[part.rows], arrivals[part.rows], values[part.rows])


def _places(wanted: Bools) -> slice | Steps:
    """Return where *wanted* is true; as a slice where that is one stretch, for it copies faster."""
    places = np.flatnonzero(wanted)
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def _true(stream: Stream, first: int, count: int) -> Rows:
    interval = stream.pipeline.interval
    if striking(stream):
        return spoiled_rows(stream, first // block_size(interval))
    begins = edges(interval, first, count)[:-1]
    numbers = np.arange(first, first + count, dtype=np.int64)
    return Rows(numbers, begins, values_from(stream.channel, interval, first, count))


def _week_before(stream: Stream, first: int, count: int) -> Floats:
    """Return what was measured a week before each of *count* intervals from *first* on."""
    week = week_of(stream.pipeline)
    return values_from(stream.channel, stream.pipeline.interval, first - week, count)
