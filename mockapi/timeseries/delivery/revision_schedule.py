"""Days of a meter whose readings are late, estimated at first, or corrected months later.

They are few, so each is drawn by itself; the draws of a span of days are cached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.delivery.delivery_model import Pipeline
from mockapi.timeseries.delivery.gateway import delay_past_outages
from mockapi.timeseries.intervals import begin_of
from mockapi.timeseries.models.noise import chance, key, keys, uniform

NEVER = 1 << 62
_DAY = 86_400
_TENTH = 9 * _DAY
_TRANSFORMERS = 0.6
_OFF = (0.5, 2.0, 1.2)
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


_USUAL = RevisionTimes()


def stages_of(
    pipeline: Pipeline, meter_id: str, first: int, count: int, *, state: bool
) -> Mapping[int, RevisionTimes]:
    """Return which of *count* days of UTC, or months, from *first* on come otherwise, and how.

    Nobody estimates a *state*, or puts it right months later.
    """
    end = first + count
    return {
        unit: stage
        for number in range(first // _SPAN, (end - 1) // _SPAN + 1)
        for unit, stage in _drawn(pipeline, meter_id, number, state=state)
        if first <= unit < end
    }


@lru_cache(maxsize=16_384)
def _drawn(
    pipeline: Pipeline, meter_id: str, number: int, *, state: bool
) -> tuple[tuple[int, RevisionTimes], ...]:
    """Return the days, or months, of a span that come otherwise, and how."""
    delivery, named = pipeline.delivery, (pipeline.seed, meter_id)
    units = np.arange(number * _SPAN, (number + 1) * _SPAN, dtype=np.int64)
    late, guessed = uniform(keys(key(*named, "late"), key(*named, "estimated")), units)
    found: dict[int, RevisionTimes] = {}
    if not state:
        restated = key(*named, "restated")
        for month, inside in _by_month(pipeline.interval, number):
            if chance(restated, month) < delivery.restated:
                found |= dict.fromkeys(inside, _put_right(pipeline, named, month))
        for unit in units[(guessed < delivery.estimated) & (late >= delivery.late)].tolist():
            actual = _after(pipeline, unit, 2 + 5 * chance(key(*named, "actual"), unit))
            found[unit] = replace(found.get(unit, _USUAL), actual=actual)
    for unit in units[late < delivery.late].tolist():
        drawn = chance(key(*named, "lateness"), unit)
        came = _after(pipeline, unit, 1 + 13 * (drawn * drawn))
        found[unit] = replace(found.get(unit, _USUAL), late=came)
    return tuple(sorted(found.items()))


def _after(pipeline: Pipeline, unit: int, days: float) -> int:
    """Return when comes what comes so many *days* after the end of *unit*."""
    return _held(pipeline, _end(pipeline.interval, unit) + int(days * _DAY))


def _put_right(pipeline: Pipeline, named: tuple[object, ...], month: int) -> RevisionTimes:
    """Return how what is wrong of a *month* is put right."""
    tenth = _end(Interval.MONTH, month) + _TENTH
    tenth += int(_DAY * (0.25 + 0.5 * chance(key(*named, "tenth"), month)))
    drawn = chance(key(*named, "ratio"), month)
    ratio = 0.97 + 0.06 * (drawn - _TRANSFORMERS) / (1 - _TRANSFORMERS)
    if drawn < _TRANSFORMERS:
        ratio = _OFF[int(drawn * 5 % 1 * len(_OFF))]
    return RevisionTimes(restated=_held(pipeline, tenth), ratio=ratio)


def _held(pipeline: Pipeline, at: int) -> int:
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
