"""Verdicts on series and on fleets of sites, by ranges of measured buildings (ranges.toml)."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import measures
import numpy as np
from measures import DAY, HOUR, Floats, Statistics

Range = tuple[float, float]

STATES = frozenset({"co2", "co2_raw", "temperature", "humidity"})
_QUARTER = 900
_DEADEST = 0.5
_PASSES, _FAILS = 0.85, 0.70
_MOST_CRITICAL = 1
_WIDER = 0.4
_FLEET_PASSES = 0.75
_SAME_TYPE = {"fast_food": "restaurant"}
"""Building types that are judged as another one; types without ranges are judged as `other`."""

_SAME_KIND = {"steam": "heat"}
"""Kinds that are judged as another one."""


@dataclass(frozen=True)
class Series:
    """Readings at regular steps of *step* seconds; *first* is the number of the first step.

    Steps count from 1970 on the local clock. Missing readings are NaN.
    """

    step: int
    first: int
    values: Floats

    @property
    def first_hour(self) -> int:
        return self.first * self.step // HOUR

    def by(self, step: int) -> Floats:
        """Return the sums per longer *step*; NaN where a reading is missing."""
        ratio = step // self.step
        padded = np.concatenate([np.full(self.first % ratio, np.nan), self.values])
        sums: Floats = padded[: len(padded) // ratio * ratio].reshape(-1, ratio).sum(axis=1)
        return sums


@dataclass(frozen=True)
class Check:
    """One statistic of a series and the range that it should be in."""

    name: str
    value: float
    between: Range
    is_critical: bool

    @property
    def passed(self) -> bool:
        return bool(self.between[0] <= self.value <= self.between[1])


@dataclass(frozen=True)
class Judgement:
    """The checks of one series. It passes with most of them, and all but one critical one."""

    checks: tuple[Check, ...]

    @property
    def missed(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.checks if not each.passed)

    @property
    def words(self) -> str:
        weights = [2 if each.is_critical else 1 for each in self.checks]
        pairs = zip(self.checks, weights, strict=True)
        share = sum(weight for each, weight in pairs if each.passed) / sum(weights)
        critical = sum(each.is_critical and not each.passed for each in self.checks)
        if critical > _MOST_CRITICAL or share < _FAILS:
            return "FAIL"
        return "SUSPECT" if share < _PASSES else "PASS"


@cache
def ranges() -> Mapping[str, Any]:
    """Return the ranges, read once."""
    return tomllib.loads(Path(__file__).with_name("ranges.toml").read_text("utf-8"))


def judged_type(building: str) -> str:
    """Return the type whose ranges a building type is judged by."""
    name = _SAME_TYPE.get(building, building)
    return name if name in ranges()["level"] else "other"


def read(path: Path) -> Series:
    """Return the series of a CSV file of dates, by the wall clock, and values."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 - the local clock, without an offset
    instants = [datetime.fromisoformat(row[0]).replace(tzinfo=None) - epoch for row in rows]
    seconds = np.array([each.days * DAY + each.seconds for each in instants])
    lengths, counts = np.unique(np.diff(seconds), return_counts=True)
    step = int(lengths[counts.argmax()])
    numbers = seconds // step
    values = np.full(int(numbers.max() - numbers.min()) + 1, np.nan)
    # Of an hour that the clock shows twice, the last reading counts.
    values[numbers - numbers.min()] = [float(row[1]) for row in rows]
    return Series(step, int(numbers.min()), values)


def statistics(
    series: Series,
    kind: str,
    *,
    area: int | None = None,
    south: bool = False,
    active: Series | None = None,
) -> Statistics:
    """Return the statistics of a series of *kind*; none where most of it is one dead value."""
    if kind in STATES:
        return measures.state(series.values, series.first_hour)
    if kind == "waste":
        return measures.collections(series.by(DAY))
    hours = series.by(HOUR)
    if kind == "diesel":
        return measures.generator(hours)
    alive = hours
    if kind != "solar":
        longest_zero = 48 if kind in ("electricity", "reactive") else 24 * 150
        alive = measures.without_dead_runs(hours, longest_zero)
    if np.isnan(alive).mean() > _DEADEST:
        return {}
    found = measures.hourly(alive, series.first_hour, south=south)
    if kind == "solar":
        found |= measures.solar(hours, series.first_hour)
    if area:
        found["eui"] = found["mean"] * 8_760 / area
    if active is not None:
        found["tan_phi"] = float(np.nansum(series.values) / np.nansum(active.values))
    return found


def expected(kind: str, building: str) -> Mapping[str, Range]:
    """Return the range of each statistic of *kind* in a building type."""
    name = judged_type(building)
    kind = _SAME_KIND.get(kind, kind)
    found = dict(ranges()["kind"][kind]["ranges"])
    if kind == "electricity":
        found |= ranges()["level"][name]
    for each in ranges()["exception"]:
        if kind in each["kinds"] and {name, building} & set(each["types"]):
            found |= each["ranges"]
    return {each: (low, high) for each, (low, high) in found.items()}


def judgement(found: Mapping[str, float], kind: str, building: str) -> Judgement:
    """Return the checks of a series of *kind* with the statistics *found*."""
    if not found:
        return Judgement((Check("dead", 1.0, (0.0, _DEADEST), is_critical=True),))
    critical = ranges()["kind"][_SAME_KIND.get(kind, kind)]["critical"]
    return Judgement(
        tuple(
            Check(name, found[name], between, name in critical)
            for name, between in expected(kind, building).items()
            if name in found
        )
    )


def fleet(found: Sequence[Mapping[str, float]], building: str) -> tuple[bool, Sequence[Check]]:
    """Return whether a fleet's medians of electricity look measured, and each median."""
    checks = list(_medians(found, building))
    return bool(np.mean([each.passed for each in checks]) >= _FLEET_PASSES), checks


def _medians(found: Sequence[Mapping[str, float]], building: str) -> Iterator[Check]:
    fleets = ranges()["fleet"]
    for name, (low, high) in fleets.get(judged_type(building), fleets["pooled"]).items():
        values = [each[name] for each in found if np.isfinite(each.get(name, np.nan))]
        margin = _WIDER * (high - low)
        median = float(np.median(values)) if values else np.nan
        yield Check(name, median, (low - margin, high + margin), is_critical=False)
