"""Revisions of readings: late, estimated and corrected ones.

A store keeps one value for an interval: a later revision takes the place of the earlier one and
brings its own arrival (docs/explanation/readings.md#delivery). All follows from keys, so any
window of arrivals is the same however it is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.channel import MeterStream
from mockapi.timeseries.delivery.schedule import Pipeline, delay_past_outages, deliveries, edges
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.noise import Bools, Floats, Steps, chance, key, keys, uniform

NEVER = 1 << 62
_DAY = 86_400
_UNTIL_TENTH = 9 * _DAY
_WRONG_RATIO_SHARE = 0.6
_WRONG_RATIOS = (0.5, 2.0, 1.2)
"""What readings are multiplied by that a current transformer of the wrong ratio takes."""

_SPAN = 64
"""Days, or months, that are drawn at once."""


@dataclass(frozen=True, slots=True)
class RevisionTimes:
    """When the readings of a day, or a month, come otherwise than the gateway brings them.

    In seconds since 1970, or `NEVER`: none comes before *late*, what was read comes in place of an
    estimate at *actual*, and the truth in place of a *ratio* of it at *restated*.
    """

    late: int = NEVER
    actual: int = NEVER
    restated: int = NEVER
    ratio: float = 1.0

    def within(self, earliest: int, until: int) -> bool:
        """Tell whether any of the three is in [*earliest*, *until*)."""
        return any(earliest <= at < until for at in (self.late, self.actual, self.restated))


_AS_DELIVERED = RevisionTimes()


def revision_times_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Mapping[int, RevisionTimes]:
    """Return which of *count* days of UTC, or months, from *first* on come otherwise, and how.

    Nobody estimates a *state*, or puts it right months later.
    """
    end = first + count
    return {
        unit: times
        for number in range(first // _SPAN, (end - 1) // _SPAN + 1)
        for unit, times in _drawn(pipeline, meter_id, number, state=state)
        if first <= unit < end
    }


@lru_cache(maxsize=16_384)
def _drawn(
    pipeline: Pipeline, meter_id: str, number: int, *, state: bool
) -> tuple[tuple[int, RevisionTimes], ...]:
    """Return the days, or months, of a span that come otherwise, and how."""
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
    return tuple(sorted(found.items()))


def _after(pipeline: Pipeline, unit: int, days: float) -> int:
    """Return when comes what comes so many *days* after the end of *unit*."""
    return _delayed(pipeline, _end(pipeline.interval, unit) + int(days * _DAY))


def _restatement(pipeline: Pipeline, named: tuple[object, ...], month: int) -> RevisionTimes:
    """Return how what is wrong of a *month* is put right."""
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
    """Return when *unit* ends, a day or a month, in seconds since 1970."""
    return begin_of(interval if interval is Interval.MONTH else Interval.DAY, unit + 1)


@lru_cache(maxsize=16)
def _by_month(interval: Interval, number: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the days of a span month by month, or its months, with the number of each month."""
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
    """Return how many readings a day has; one where a reading is a month."""
    return max(1, int(_DAY // interval.length.total_seconds()))


@dataclass(frozen=True)
class Revisions:
    """When each reading of a block comes, in seconds since 1970, arrays of one length.

    It comes *first* at some time; an estimate gives way to what was read at *actual*, and what
    was a *ratio* of the truth until then to the truth at *restated*; `NEVER` if there is none.
    """

    first: Steps
    actual: Steps
    restated: Steps
    ratio: Floats

    @staticmethod
    def delivered_once(brought: Steps) -> "Revisions":
        """Return how readings come that each come once."""
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
        """Return how the readings at *places* come."""
        return Revisions(
            self.first[places], self.actual[places], self.restated[places], self.ratio[places]
        )

    def last(self, now: int | Steps) -> Steps:
        """Return when the revision came that stands *now*; later than that if none did."""
        return np.where(
            self.restated <= now,
            self.restated,
            np.where(self.actual <= now, self.actual, self.first),
        )

    def estimated(self, now: int | Steps) -> Bools:
        """Tell which readings are estimates *now*."""
        waiting: Bools = (self.actual != NEVER) & (self.actual > now)
        return waiting

    def waiting_for_restatement(self, now: int | Steps) -> Bools:
        """Tell which readings wait *now* for being restated."""
        waiting: Bools = (self.restated != NEVER) & (self.restated > now)
        return waiting

    def are_settled(self, wanted: Bools, now: int) -> bool:
        """Tell whether those *wanted* are *now* what was measured."""
        return not (wanted & (self.estimated(now) | self.waiting_for_restatement(now))).any()


def revisions_of(stream: MeterStream, first: int, count: int, *, state: bool) -> Revisions | None:
    """Return how *count* readings from *first* on come, or None where all come with the gateway.

    They are those of whole days of UTC, or of months. Nobody estimates a *state*, or puts it right
    months later.
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
    # Of the days that are struck alone, which are few.
    places = np.array(list(chosen)) - first // each
    late, told, put_right = (
        np.array([getattr(times, name) for times in chosen.values()])[:, np.newaxis]
        for name in ("late", "actual", "restated")
    )
    ends = edges(pipeline.interval, first, count)[1:].reshape(-1, each)[places]
    live = ends > pipeline.registered
    come, actual, restated = np.full((3, count // each, each), NEVER, np.int64)
    come[:] = deliveries(pipeline, first, count).reshape(-1, each)
    brought = come[places]
    came = np.where(live & (late != NEVER), np.maximum(brought, late), brought)
    told = np.where(live & (told > came), told, NEVER)
    stood = np.where(told == NEVER, came, told)
    come[places], actual[places] = came, told
    restated[places] = np.where(live & (put_right > stood), put_right, NEVER)
    ratio = np.ones((count // each, each))
    ratio[places] = np.array([[times.ratio] for times in chosen.values()])
    return Revisions(come.ravel(), actual.ravel(), restated.ravel(), ratio.ravel())


def estimates(stream: MeterStream, first: int, before: Floats) -> Floats:
    """Return what is estimated in place of readings from *first* on, from those a week *before*."""
    each = readings_per_unit(stream.pipeline.interval)
    units = np.arange(first // each, (first + len(before)) // each, dtype=np.int64)
    drawn = uniform(key(stream.pipeline.seed, meter_of(stream), "estimate"), units)
    told: Floats = before * np.repeat(0.95 + 0.1 * drawn, each)
    return told


def week_of(pipeline: Pipeline) -> int:
    """Return how many readings a week has; one where a reading has more than a week."""
    return max(1, int(7 * _DAY // pipeline.interval.length.total_seconds()))


def meter_of(stream: MeterStream) -> str:
    """Return what names the meter of *stream*, for a meter is late and no measurement of it."""
    model = stream.model
    return model.meter_id if isinstance(model, MeterModel) else model.parts[model.number][0]
