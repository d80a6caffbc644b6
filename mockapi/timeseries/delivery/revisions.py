"""Revisions of readings: late, estimated and corrected ones.

There is one value per interval: a later revision replaces the earlier one and has its own arrival
time (docs/explanation/readings.md#delivery). Everything is a function of keys, so any split of a
window gives the same arrivals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.delivery.schedule import Pipeline, delay_past_outages, deliveries
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.noise import Bools, Floats, Steps, chance, key, keys, uniform
from mockapi.timeseries.time_axis import edges

NEVER = 1 << 62
_DAY = 86_400
_UNTIL_TENTH = 9 * _DAY
_WRONG_RATIO_SHARE = 0.6
_WRONG_RATIOS = (0.5, 2.0, 1.2)
"""Factors of readings with a current transformer of the wrong ratio."""

_SPAN = 64
"""Days or months that are drawn at once."""


@dataclass(frozen=True, slots=True)
class RevisionTimes:
    """Exceptional arrival times of the readings of a day or month.

    In seconds since 1970, or `NEVER`. Nothing arrives before *late*. The measured value replaces an
    estimate at *actual*, and the correct value replaces the value times *ratio* at *restated*.
    """

    late: int = NEVER
    actual: int = NEVER
    restated: int = NEVER
    ratio: float = 1.0

    def within(self, earliest: int, until: int) -> bool:
        """Return True if any of the three times is in [*earliest*, *until*)."""
        return any(earliest <= at < until for at in (self.late, self.actual, self.restated))


_AS_DELIVERED = RevisionTimes()


def revision_times_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Mapping[int, RevisionTimes]:
    """Return the exceptional times by UTC day or month, for *count* of them from *first* on.

    A *state* is never estimated or restated.
    """
    end = first + count
    return {
        unit: RevisionTimes(late, actual, restated, ratio)
        for number in range(first // _SPAN, (end - 1) // _SPAN + 1)
        for unit, late, actual, restated, ratio in _drawn(pipeline, meter_id, number, state=state)
        if first <= unit < end
    }


@lru_cache(maxsize=16_384)
def _drawn(
    pipeline: Pipeline, meter_id: str, number: int, *, state: bool
) -> tuple[tuple[int, int, int, int, float], ...]:
    """Return the exceptional days or months of a span, each with the fields of its times.

    As plain tuples, because the garbage collector skips those: it would stop all threads longer.
    """
    delivery, named = pipeline.delivery, (pipeline.seed, meter_id)
    units = np.arange(number * _SPAN, (number + 1) * _SPAN, dtype=np.int64)
    late, estimated = uniform(keys(key(*named, "late"), key(*named, "estimated")), units)
    found: dict[int, RevisionTimes] = {}
    if not state:
        restated = key(*named, "restated")
        for month, inside in _by_month(pipeline.interval, number):
            if chance(restated, month) < delivery.restated:
                found |= dict.fromkeys(inside, _restatement(pipeline, named, month))
        for unit in units[(estimated < delivery.estimated) & (late >= delivery.late)].tolist():
            actual = _after(pipeline, unit, 2 + 5 * chance(key(*named, "actual"), unit))
            found[unit] = replace(found.get(unit, _AS_DELIVERED), actual=actual)
    for unit in units[late < delivery.late].tolist():
        drawn = chance(key(*named, "lateness"), unit)
        came = _after(pipeline, unit, 1 + 13 * (drawn * drawn))
        found[unit] = replace(found.get(unit, _AS_DELIVERED), late=came)
    return tuple(
        (unit, times.late, times.actual, times.restated, times.ratio)
        for unit, times in sorted(found.items(), key=lambda item: item[0])
    )


def _after(pipeline: Pipeline, unit: int, days: float) -> int:
    """Return the arrival time *days* after the end of *unit*."""
    return _delayed(pipeline, _end(pipeline.interval, unit) + int(days * _DAY))


def _restatement(pipeline: Pipeline, named: tuple[object, ...], month: int) -> RevisionTimes:
    """Return how the values of a *month* are restated."""
    tenth = _end(Interval.MONTH, month) + _UNTIL_TENTH
    tenth += int(_DAY * (0.25 + 0.5 * chance(key(*named, "tenth"), month)))
    drawn = chance(key(*named, "ratio"), month)
    ratio = 0.97 + 0.06 * (drawn - _WRONG_RATIO_SHARE) / (1 - _WRONG_RATIO_SHARE)
    if drawn < _WRONG_RATIO_SHARE:
        ratio = _WRONG_RATIOS[int(drawn * 5 % 1 * len(_WRONG_RATIOS))]
    return RevisionTimes(restated=_delayed(pipeline, tenth), ratio=ratio)


def _delayed(pipeline: Pipeline, at: int) -> int:
    return int(delay_past_outages(pipeline, np.array([at]))[0]) if pipeline.silences else at


def _end(interval: Interval, unit: int) -> int:
    """Return when *unit*, a day or month, ends in seconds since 1970."""
    return begin_of(interval if interval is Interval.MONTH else Interval.DAY, unit + 1)


@lru_cache(maxsize=16)
def _by_month(interval: Interval, number: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the days of a span by month, or its months, with month numbers."""
    units = range(number * _SPAN, (number + 1) * _SPAN)
    if interval is Interval.MONTH:
        return tuple((unit, (unit,)) for unit in units)
    months = np.array(units).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    pairs: Iterator[tuple[int, int]] = zip(months.tolist(), units, strict=True)
    return tuple(
        (month, tuple(unit for _, unit in inside))
        for month, inside in groupby(pairs, key=lambda pair: pair[0])
    )


def readings_per_unit(interval: Interval) -> int:
    """Return the readings per day; 1 if a reading is a month."""
    return max(1, int(_DAY // interval.length.total_seconds()))


@dataclass(frozen=True)
class Revisions:
    """Arrival times of the readings of a block, in seconds since 1970: arrays of one length.

    A reading arrives *first* at some time. An estimate is replaced by the measured value at
    *actual*. A value that was multiplied by *ratio* is corrected at *restated*. `NEVER` if this
    does not happen.
    """

    first: Steps
    actual: Steps
    restated: Steps
    ratio: Floats

    @staticmethod
    def delivered_once(brought: Steps) -> "Revisions":
        """Return revisions of readings that arrive once each."""
        never = np.full(len(brought), NEVER, np.int64)
        return Revisions(brought, never, never, np.ones(len(brought)))

    @staticmethod
    def joined(each: "Sequence[Revisions]") -> "Revisions":
        """Return the revisions of several blocks, one after the other."""
        return Revisions(
            np.concatenate([one.first for one in each]),
            np.concatenate([one.actual for one in each]),
            np.concatenate([one.restated for one in each]),
            np.concatenate([one.ratio for one in each]),
        )

    def of(self, places: Steps | Bools) -> "Revisions":
        """Return the revisions of the readings at *places*."""
        return Revisions(
            self.first[places], self.actual[places], self.restated[places], self.ratio[places]
        )

    def last(self, now: int | Steps) -> Steps:
        """Return the arrival of the current revision as of *now*; a later time if none arrived."""
        return np.where(
            self.restated <= now,
            self.restated,
            np.where(self.actual <= now, self.actual, self.first),
        )

    def estimated(self, now: int | Steps) -> Bools:
        """Return which readings are estimates as of *now*."""
        waiting: Bools = (self.actual != NEVER) & (self.actual > now)
        return waiting

    def waiting_for_restatement(self, now: int | Steps) -> Bools:
        """Return which readings are still to be restated as of *now*."""
        waiting: Bools = (self.restated != NEVER) & (self.restated > now)
        return waiting

    def are_settled(self, wanted: Bools, now: int) -> bool:
        """Return True if the *wanted* readings have their final values as of *now*."""
        return not (wanted & (self.estimated(now) | self.waiting_for_restatement(now))).any()


def revisions_of(stream: MeterStream, first: int, count: int, *, state: bool) -> Revisions | None:
    """Return the revisions of *count* readings from *first* on; None if there are none.

    The readings must be those of whole UTC days or months. A *state* is never estimated or
    restated.
    """
    return _revisions_of(stream.pipeline, meter_of(stream), first, count, state=state)


@lru_cache(maxsize=16)
def _revisions_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Revisions | None:
    each = readings_per_unit(pipeline.interval)
    chosen = revision_times_of(pipeline, meter_id, first // each, count // each, state=state)
    if not chosen:
        return None
    # Only for the few exceptional days.
    places = np.array(list(chosen)) - first // each
    late, actual_at, restated_at = (
        np.array([getattr(times, name) for times in chosen.values()])[:, np.newaxis]
        for name in ("late", "actual", "restated")
    )
    ends = edges(pipeline.interval, first, count)[1:].reshape(-1, each)[places]
    live = ends > pipeline.registered
    come, actual, restated = np.full((3, count // each, each), NEVER, np.int64)
    come[:] = deliveries(pipeline, first, count).reshape(-1, each)
    delivered = come[places]
    arrival = np.where(live & (late != NEVER), np.maximum(delivered, late), delivered)
    actual_at = np.where(live & (actual_at > arrival), actual_at, NEVER)
    published = np.where(actual_at == NEVER, arrival, actual_at)
    come[places], actual[places] = arrival, actual_at
    restated[places] = np.where(live & (restated_at > published), restated_at, NEVER)
    ratio = np.ones((count // each, each))
    ratio[places] = np.array([[times.ratio] for times in chosen.values()])
    return Revisions(come.ravel(), actual.ravel(), restated.ravel(), ratio.ravel())


def estimates(stream: MeterStream, first: int, before: Floats) -> Floats:
    """Return estimates for readings from *first* on, based on those one week *before*."""
    each = readings_per_unit(stream.pipeline.interval)
    units = np.arange(first // each, (first + len(before)) // each, dtype=np.int64)
    drawn = uniform(key(stream.pipeline.seed, meter_of(stream), "estimate"), units)
    estimated: Floats = before * np.repeat(0.95 + 0.1 * drawn, each)
    return estimated


def week_of(pipeline: Pipeline) -> int:
    """Return the readings per week; 1 if a reading is longer than a week."""
    return max(1, int(7 * _DAY // pipeline.interval.length.total_seconds()))


def meter_of(stream: MeterStream) -> str:
    """Return the key of the meter of *stream*. All its measurements are delivered together."""
    return stream.model.meter_id
