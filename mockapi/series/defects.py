"""Spoils readings as real meters and gateways do, and keeps the truth of it.

A defect says what may go wrong and when; an incident is one time that it did. Incidents follow
from the key of a series alone, so any window of spoiled rows is the same however it is asked
for, and the ground truth can be listed without a single reading. Kinds, rates and sizes by
timeseries.md 7.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.noise import draw, key
from mockapi.series.spoiling import (
    Incident,
    Rows,
    Source,
    accumulate,
    add_up,
    change_clocks,
    drift,
    drop,
    exchange,
    freeze,
    freeze_at_zero,
    mislabel,
    multiply,
    negate,
    repeat,
    replace_meter,
    roll_over,
)
from mockapi.series.steps import STEP, STEPS_A_DAY

_DAYS_A_YEAR = 365.25
_MONTH = 30 * STEPS_A_DAY


@dataclass(frozen=True)
class Defect:
    """What may go wrong between two steps: *rate* incidents a year, by default the usual."""

    kind: str
    since: int
    until: int
    rate: float | None = None


Spoil = Callable[[Rows, Incident, Source], Rows]


@dataclass(frozen=True)
class Kind:
    """How one kind of defect behaves.

    A kind with a *rate* a year recurs, for a number of steps between *shortest* and *longest*;
    the larger *skew*, the more often it is short. A kind without one begins once and lasts. An
    incident has one of *sizes*, and up to *quiet* steps without readings.
    """

    spoil: Spoil
    rate: float = 0.0
    shortest: int = 1
    longest: int = 1
    skew: float = 1.0
    sizes: tuple[float, ...] = (1.0,)
    quiet: int = 0


KINDS: Mapping[str, Kind] = {
    "short gap": Kind(drop, 3.2, 4, STEPS_A_DAY, 6.0),
    "long outage": Kind(drop, 0.1, 3 * STEPS_A_DAY, 50 * STEPS_A_DAY, 2.0),
    "stuck value": Kind(freeze, 3.0, 24, 2 * STEPS_A_DAY, 4.0),
    "stuck at zero": Kind(freeze_at_zero, 0.3, 48, 19 * STEPS_A_DAY, 4.0, (0.0, 1.0)),
    "spike": Kind(multiply, 0.5, sizes=(10.0, 100.0, 1000.0)),
    "negative": Kind(negate, 0.5, 4, 3 * STEPS_A_DAY, 2.0),
    "unit change": Kind(multiply, sizes=(1000.0, 0.001, 2.832, 1 / 2.832, 3.6, 1 / 3.6)),
    "meter replacement": Kind(replace_meter, sizes=(0.98, 0.99, 1.01, 1.02), quiet=2 * STEPS_A_DAY),
    "register rollover": Kind(roll_over, 1.0, sizes=(65_536.0, 100_000.0)),
    "cumulative": Kind(accumulate),
    "duplicates": Kind(repeat, 18.0, sizes=(1.0, 1.05)),
    "time zone": Kind(mislabel, sizes=(0.0, 1.0, 2.0)),
    "daylight saving": Kind(change_clocks),
    "clock drift": Kind(drift, sizes=(120.0,)),
    "swapped meters": Kind(exchange, 0.3, 3 * STEPS_A_DAY, 30 * STEPS_A_DAY),
    "CO2 drift": Kind(add_up, sizes=(2.0,)),
}
"""Sizes: a factor; 1 where a frozen meter catches up; counts a register holds; 0 the wall clock
taken for UTC, 1 the end of the interval for its beginning, 2 an hour in summer; seconds a month;
ppm a month."""


def incidents(
    defect: Defect, series_key: int, timezone: str, first: int, end: int
) -> tuple[Incident, ...]:
    """Return the incidents of *defect* that touch the steps from *first* to below *end*."""
    kind = KINDS[defect.kind]
    seed = key(series_key, defect.kind)
    if kind.spoil is change_clocks:
        found = _changes(defect, timezone, first, end)
    elif kind.rate:
        found = _recurring(defect, kind, seed, first, end)
    else:
        found = iter((_lasting(defect, kind, seed),))
    return tuple(each for each in found if each.first < end and each.end > first)


def _recurring(defect: Defect, kind: Kind, seed: int, first: int, end: int) -> Iterator[Incident]:
    """Yield incidents: in each stretch of time one begins, with the chance that the rate says."""
    rate = kind.rate if defect.rate is None else defect.rate
    stretch = _stretch(rate)
    chance = rate * stretch / (_DAYS_A_YEAR * STEPS_A_DAY)
    begin = max(first, defect.since) - kind.longest
    for number in range(begin // stretch, min(end, defect.until) // stretch + 1):
        named = key(seed, number)
        if draw(key(named, "strikes")) >= chance:
            continue
        at = number * stretch + int(draw(key(named, "first"), 0, stretch))
        spread = kind.longest - kind.shortest + 1
        length = kind.shortest + int(spread * draw(key(named, "length")) ** kind.skew)
        if defect.since <= at < defect.until:
            yield _incident(defect, kind, named, at, min(at + length, defect.until))


def _stretch(rate: float) -> int:
    """Return steps in which one incident at most begins: a month, or less where many do."""
    return int(min(_MONTH, _DAYS_A_YEAR * STEPS_A_DAY / max(rate, 1e-9)))


def _lasting(defect: Defect, kind: Kind, seed: int) -> Incident:
    at = defect.since + int(draw(key(seed, "first"), 0, max(1, defect.until - defect.since)))
    return _incident(defect, kind, seed, at, defect.until)


def _incident(defect: Defect, kind: Kind, seed: int, at: int, end: int) -> Incident:
    size = kind.sizes[int(draw(key(seed, "size"), 0, len(kind.sizes)))]
    quiet = int(draw(key(seed, "quiet"), 0, kind.quiet + 1))
    return Incident(defect.kind, at, end, size, min(quiet, end - at))


def _changes(defect: Defect, timezone: str, first: int, end: int) -> Iterator[Incident]:
    """Yield the changes of the clock: the steps of the hour after each, and by how much."""
    begin = max(first, defect.since) - STEPS_A_DAY
    stop = min(end, defect.until) + STEPS_A_DAY
    if stop - begin < 1:
        return
    axis = Axis.of(timezone, begin, stop - begin)
    moved = np.diff(axis.local_seconds - axis.steps * STEP)
    for index in np.flatnonzero(moved):
        at, hour = begin + int(index) + 1, int(moved[index])
        length = abs(hour) // STEP
        # In autumn the hour that comes twice is counted once: its first time holds both.
        start = at if hour > 0 else at - length
        if defect.since <= start and start + 2 * length <= defect.until:
            yield Incident(defect.kind, start, start + 2 * length, float(hour))


def spoiled(
    defects: tuple[Defect, ...], series_key: int, source: Source, first: int, count: int
) -> Rows:
    """Return the rows of *count* steps from *first* on, with what *defects* do to them."""
    steps = np.arange(first, first + count, dtype=np.int64)
    rows = Rows(steps, steps * STEP, source.read(first, count))
    for defect in defects:
        kind = KINDS[defect.kind]
        for incident in incidents(defect, series_key, source.timezone, first, first + count):
            rows = kind.spoil(rows, incident, source)
    return rows


def truth(
    defects: tuple[Defect, ...], series_key: int, timezone: str, first: int, end: int
) -> tuple[Incident, ...]:
    """Return every incident between two steps, in the order in which they begin."""
    found = [
        each for defect in defects for each in incidents(defect, series_key, timezone, first, end)
    ]
    return tuple(sorted(found, key=lambda each: (each.first, each.kind)))
