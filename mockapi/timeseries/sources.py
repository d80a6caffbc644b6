"""Sources of the readings of a channel: a generating stream or the scenario."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np

from mockapi.domain.timestamps import Interval, to_nanoseconds
from mockapi.store.store import Store
from mockapi.store.tables import Reading
from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.defects.stream_defects import applicable_defects
from mockapi.timeseries.delivery.arrivals import readings_arrived, revisions_of_block
from mockapi.timeseries.delivery.revisions import NEVER, revisions_of
from mockapi.timeseries.delivery.schedule import deliveries
from mockapi.timeseries.intervals import (
    BILLION,
    block_size,
    ceiling,
    floor,
    number_at,
    number_from,
)
from mockapi.timeseries.missing_intervals import MissingIntervals
from mockapi.timeseries.models.noise import Steps
from mockapi.timeseries.models.registry import is_averaged
from mockapi.timeseries.readings import Readings, ReadingStatus, RevisionedReadings, Statuses
from mockapi.timeseries.time_axis import begins_of, edges, numbers_of

_LATE = 86_400
"""Seconds after the end of its interval from which a reading counts as late."""

_NO_SECONDS: Steps = np.empty(0, np.int64)


class ReadingSource(Protocol):
    """Source of the readings of a channel, without pushed ones."""

    def by_arrival(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> Iterator[Readings]:
        """Yield the readings that arrived by *now*, and in [*since*, *until*)."""

    def by_date(self, since: datetime, until: datetime) -> Iterator[Readings]:
        """Yield the readings of the dates [*since*, *until*) with their final values."""

    def as_of(
        self, now: datetime, since: datetime, until: datetime
    ) -> Iterator[tuple[Readings, MissingIntervals]]:
        """Yield readings and missing intervals of [*since*, *until*) as of *now*."""

    def arrivals_of(self, dates: Steps, now: datetime) -> Steps:
        """Return when the readings of *dates* arrived, in nanoseconds; -1 if not by *now*."""

    def dates(self, now: datetime, first: int, end: int) -> Steps:
        """Return the dates in [*first*, *end*), in seconds, of readings that arrived by *now*."""


def source_of(store: Store, channel: MeterChannel) -> ReadingSource:
    """Return the source of the readings of *channel*."""
    if channel.stream is not None:
        return GeneratedSource(channel.stream)
    return GivenSource(store, channel.key)


@dataclass(frozen=True)
class GivenSource:
    """Readings that the scenario gives for a key; may be empty."""

    store: Store
    key: str

    def by_arrival(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> Iterator[Readings]:
        found = self.store.given_readings(self.key, since, until)
        yield from _readings([each for each in found if each.updated_at <= now])

    def by_date(self, since: datetime, until: datetime) -> Iterator[Readings]:
        yield from _readings([each for each in self._all() if since <= each.at < until])

    def as_of(
        self, now: datetime, since: datetime, until: datetime
    ) -> Iterator[tuple[Readings, MissingIntervals]]:
        arrived = [each for each in self._all() if each.updated_at <= now]
        for readings in _readings([each for each in arrived if since <= each.at < until]):
            yield readings, MissingIntervals.joined([])

    def arrivals_of(self, dates: Steps, now: datetime) -> Steps:
        arrivals = {
            floor(each.at): to_nanoseconds(each.updated_at)
            for each in self._all()
            if each.updated_at <= now
        }
        return np.array([arrivals.get(each, -1) for each in dates.tolist()], np.int64)

    def dates(self, now: datetime, first: int, end: int) -> Steps:
        arrived = (floor(each.at) for each in self._all() if each.updated_at <= now)
        return np.array([each for each in arrived if first <= each < end], np.int64)

    def _all(self) -> Sequence[Reading]:
        return self.store.given_readings(self.key, None, None)


def _readings(rows: Sequence[Reading]) -> Iterator[Readings]:
    """Yield *rows* as one block, if there are any."""
    if rows:
        yield Readings(
            np.array([floor(each.at) for each in rows], np.int64),
            np.array([floor(each.updated_at) for each in rows], np.int64),
            np.array([each.value for each in rows], np.float64),
        )


@dataclass(frozen=True)
class GeneratedSource:
    """Readings that a stream generates."""

    stream: MeterStream

    @property
    def _interval(self) -> Interval:
        return self.stream.pipeline.interval

    def by_arrival(
        self, now: datetime, since: datetime | None, until: datetime | None
    ) -> Iterator[Readings]:
        return readings_arrived(self.stream, now, since, until)

    def by_date(self, since: datetime, until: datetime) -> Iterator[Readings]:
        size = block_size(self._interval)
        begin, end = (number_from(self._interval, ceiling(each)) for each in (since, until))
        for block in range(begin // size, -(-end // size)):
            found = revisions_of_block(self.stream, block).between(begin, end)
            if found is not None:
                arrivals = found.arrival_times(NEVER - 1)
                yield Readings(found.dates, arrivals, found.values)

    def as_of(
        self, now: datetime, since: datetime, until: datetime
    ) -> Iterator[tuple[Readings, MissingIntervals]]:
        interval, last = self._interval, floor(now)
        size = block_size(interval)
        over = number_at(interval, last)
        begin = max(self.stream.pipeline.first, number_from(interval, ceiling(since)))
        end = min(number_from(interval, ceiling(until)), over + 1)
        for block in range(begin // size, -(-end // size)):
            whole = revisions_of_block(self.stream, block)
            arrivals = whole.arrival_times(last)
            inside = (whole.numbers >= begin) & (whole.numbers < end)
            found = whole.at(inside & (arrivals <= last))
            due = range(max(begin, block * size), min(end, over, (block + 1) * size))
            yield (
                self._with_statuses(found, last),
                MissingIntervals.of(interval, due, whole.numbers, arrivals, last),
            )

    def _with_statuses(self, found: RevisionedReadings, now: int) -> Readings:
        arrivals = found.arrival_times(now)
        statuses = self._statuses(found, arrivals, now) if len(arrivals) else _NO_SECONDS
        return Readings(found.dates, arrivals, found.values_at(now), statuses)

    def _statuses(self, found: RevisionedReadings, arrivals: Steps, now: int) -> Statuses:
        pipeline, revisions, numbers = self.stream.pipeline, found.revisions, found.numbers
        ends = begins_of(pipeline.interval, numbers + 1)
        live = ends > pipeline.registered
        estimated = revisions.estimated(now) & live
        revised = ((revisions.actual != NEVER) & (revisions.actual <= now)) | (
            (revisions.restated != NEVER) & (revisions.restated <= now)
        )
        late = (arrivals - ends > _LATE) & live
        return np.select(
            [estimated, revised, late],
            [ReadingStatus.ESTIMATED, ReadingStatus.REVISED, ReadingStatus.LATE],
            ReadingStatus.PLAIN,
        ).astype(np.int64)

    def arrivals_of(self, dates: Steps, now: datetime) -> Steps:
        last = floor(now)
        found = np.full(len(dates), -1, np.int64)
        for block in self._blocks_with(dates):
            labels, arrivals = self._labels(block, last)
            arrived = arrivals <= last
            labels, arrivals = labels[arrived], arrivals[arrived]
            # Of several readings with the same label, take the last to arrive.
            order = np.lexsort((arrivals, labels))
            labels, arrivals = labels[order], arrivals[order]
            places = np.searchsorted(labels, dates, side="right") - 1
            hit = places >= 0
            hit[hit] = labels[places[hit]] == dates[hit]
            found[hit] = np.maximum(found[hit], arrivals[places[hit]] * BILLION)
        return found

    def dates(self, now: datetime, first: int, end: int) -> Steps:
        last, size = floor(now), block_size(self._interval)
        begin, stop = self.stream.pipeline.reach(now, None, None)
        around = size if applicable_defects(self.stream) else 0
        begin = max(begin, number_at(self._interval, first) - around)
        stop = min(stop, number_at(self._interval, end - 1) + 1 + around)
        found = [_NO_SECONDS]
        for block in range(begin // size, -(-stop // size)):
            labels, arrivals = self._labels(block, last)
            found.append(labels[(arrivals <= last) & (labels >= first) & (labels < end)])
        return np.unique(np.concatenate(found))

    def _labels(self, block: int, now: int) -> tuple[Steps, Steps]:
        """Return for each reading of *block* its date and the arrival of its revision of *now*."""
        pipeline = self.stream.pipeline
        size = block_size(pipeline.interval)
        if applicable_defects(self.stream):
            whole = revisions_of_block(self.stream, block)
            filled = whole.numbers >= pipeline.first
            return whole.dates[filled], whole.arrival_times(now)[filled]
        # Without the values, which take the most time to compute.
        place = block * size, size
        revisions = revisions_of(self.stream, *place, state=is_averaged(self.stream.model))
        arrivals = deliveries(pipeline, *place) if revisions is None else revisions.last(now)
        first = max(0, min(size, pipeline.first - block * size))
        return edges(pipeline.interval, *place)[:-1][first:], arrivals[first:]

    def _blocks_with(self, dates: Steps) -> Sequence[int]:
        """Return the blocks that may contain readings of *dates*."""
        blocks = np.unique(numbers_of(self._interval, dates) // block_size(self._interval))
        if applicable_defects(self.stream):
            # Labels that are wrong by hours may be in an adjacent block.
            blocks = np.unique(np.concatenate([blocks - 1, blocks, blocks + 1]))
        return [int(each) for each in blocks]
