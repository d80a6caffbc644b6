"""Yields what arrived of a stream in a window, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from mockapi.series.arrival import Batch, Run, block_size, ceiling, floor
from mockapi.series.defects import Stream
from mockapi.series.deliveries import deliveries, edges
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.readings import block_values
from mockapi.series.registry import MODELS, quantised
from mockapi.series.revisions import Revisions, guesses, revisions_of, week_of
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
        coming = _Coming(block, revisions, came, wanted, last)
        if not defective and coming.settled:
            changed = _NONE if revisions is None else np.flatnonzero(came != brought)
            yield Run(
                stream.channel, stream.pipeline, block, _places(wanted), changed, came[changed]
            )
        elif len((batch := _batch(stream, coming)).begins):
            yield batch


@dataclass(frozen=True)
class _Coming:
    """The readings of a block, as they stand *now*: when each *came*, and which are *wanted*."""

    block: int
    revisions: Revisions | None
    came: Steps
    wanted: Bools
    now: int

    @property
    def settled(self) -> bool:
        """Tell whether those wanted are what was measured."""
        if self.revisions is None:
            return True
        waiting = self.revisions.estimated(self.now) | self.revisions.mistaken(self.now)
        return not (self.wanted & waiting).any()


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


def _batch(stream: Stream, coming: _Coming) -> Batch:
    rows = _true(stream, coming.block)
    places = rows.numbers - coming.block * block_size(stream.pipeline.interval)
    values, revisions = rows.values, coming.revisions
    if revisions is not None:
        estimated = revisions.estimated(coming.now)[places]
        if estimated.any():
            told = guesses(stream, coming.block, _week_before(stream, coming.block))
            values = np.where(estimated, told[places], values)
        mistaken = revisions.mistaken(coming.now)[places]
        values = np.where(mistaken, values * revisions.ratio[places], values)
        shown = quantised(main_of(stream.channel), values)
        values = np.where(estimated | mistaken, shown, values)
    chosen = coming.wanted[places]
    return Batch(rows.at[chosen], coming.came[places][chosen], values[chosen])


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
