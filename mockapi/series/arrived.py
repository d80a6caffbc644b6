"""Yields what arrived of a stream in a window, block by block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mockapi.series.arrival import Batch, Run, block_size, ceiling, floor
from mockapi.series.channel import Channel
from mockapi.series.defects import Stream
from mockapi.series.deliveries import deliveries, edges
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.readings import block_values
from mockapi.series.registry import MODELS, quantised
from mockapi.series.revisions import NEVER, Revisions, guesses, revisions_of, week_of
from mockapi.series.spoiled import main_of, spoiled_rows, striking
from mockapi.series.spoiling import Rows

_NONE = np.empty(0, np.int64)


def arrived(
    stream: Stream, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Run | Batch]:
    """Yield the readings whose standing revision came by *now*, and in [*since*, *until*).

    Any split of a window yields the same readings as the whole.
    """
    main = main_of(stream.channel)
    state = MODELS[main.usage, main.measurement].state
    defective = bool(striking(stream))
    size = block_size(stream.pipeline.interval)
    begin, end = stream.pipeline.reach(now, since, until)
    last = floor(now)
    earliest = None if since is None else ceiling(since)
    latest = None if until is None else ceiling(until)
    for block in range(begin // size, -(-end // size)):
        brought = deliveries(stream.pipeline, block)
        revisions = revisions_of(stream, block, state=state)
        came = brought if revisions is None else revisions.last(last)
        wanted = came <= last
        wanted[: max(0, begin - block * size)] = False
        wanted[max(0, end - block * size) :] = False
        if earliest is not None:
            wanted &= came >= earliest
        if latest is not None:
            wanted &= came < latest
        if not wanted.any():
            continue
        if not defective and (revisions is None or revisions.are_settled(wanted, last)):
            changed = _NONE if revisions is None else np.flatnonzero(came != brought)
            yield Run(
                stream.channel, stream.pipeline, block, _places(wanted), changed, came[changed]
            )
            continue
        told = told_in(stream, block)
        chosen = wanted[told.numbers - block * size]
        if chosen.any():
            yield Batch(told.at[chosen], told.came(last)[chosen], told.shown(last)[chosen])


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
    main = main_of(stream.channel)
    state = MODELS[main.usage, main.measurement].state
    rows = _true(stream, block)
    places = rows.numbers - block * block_size(stream.pipeline.interval)
    ways = revisions_of(stream, block, state=state)
    if ways is None:
        ways = Revisions.once(deliveries(stream.pipeline, block))
    told = None
    if (ways.actual != NEVER).any():
        told = guesses(stream, block, _week_before(stream, block))[places]
    return Told(main, rows.numbers, rows.at, rows.values, ways.of(places), told)


def unrolled(part: Run | Batch) -> Batch:
    """Return each reading of *part* with its beginning, its arrival and its value."""
    if isinstance(part, Batch):
        return part
    interval = part.pipeline.interval
    arrivals = deliveries(part.pipeline, part.block).copy()
    arrivals[part.changed] = part.changed_at
    values = block_values(part.channel, interval, part.block)
    begins = edges(interval, part.block)[:-1]
    return Batch(begins[part.rows], arrivals[part.rows], values[part.rows])


def _places(wanted: Bools) -> slice | Steps:
    """Return where *wanted* is true; as a slice where that is one stretch, for it copies faster."""
    places = np.flatnonzero(wanted)
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == len(places) else places


def _true(stream: Stream, block: int) -> Rows:
    if striking(stream):
        return spoiled_rows(stream, block)
    begins = edges(stream.pipeline.interval, block)[:-1]
    size = len(begins)
    numbers = np.arange(block * size, (block + 1) * size, dtype=np.int64)
    return Rows(numbers, begins, block_values(stream.channel, stream.pipeline.interval, block))


def _week_before(stream: Stream, block: int) -> Floats:
    """Return what was measured a week before each interval of *block*."""
    interval, week = stream.pipeline.interval, week_of(stream.pipeline)
    two = [block_values(stream.channel, interval, each) for each in (block - 1, block)]
    size = len(two[0])
    return np.concatenate(two)[size - week : 2 * size - week]
