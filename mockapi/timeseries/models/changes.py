"""Changes of a site per step: given ones, and random causes.

A change has no effect before it begins.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA
from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import Change, Changing, SiteProfile
from mockapi.timeseries.models.noise import Bools, Floats, Steps, draw, key
from mockapi.timeseries.time_axis import Axis, offset_at

_Range = tuple[float, float]
_MOVED: tuple[Changing, ...] = ("people", "electricity", "fuel", "water")


class CauseKind(BaseModel):
    """Length of a kind of cause, and its factors at minimum and maximum strength."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    description: str
    days: tuple[int, int]
    people: _Range | None = None
    electricity: _Range | None = None
    fuel: _Range | None = None
    water: _Range | None = None

    def factors(self, strength: float) -> Mapping[Changing, float]:
        """Return the factor of each affected value; *strength* is from 0 to 1."""
        ranges = {what: getattr(self, what) for what in _MOVED}
        return {
            what: between[0] + strength * (between[1] - between[0])
            for what, between in ranges.items()
            if between is not None
        }


class Causes(BaseModel):
    """Frequency of causes, and their kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    term: int
    chance: float
    steady: Mapping[str, float]
    cause: Mapping[str, CauseKind]


@dataclass(frozen=True)
class Cause:
    """One cause at one site, from step *first* to below step *end*, both at midnight UTC."""

    kind: str
    first: int
    end: int
    changes: tuple[Change, ...]


@cache
def cause_data() -> Causes:
    """Return the kinds of causes, read once."""
    return Causes.model_validate(tomllib.loads((DATA / "causes.toml").read_text("utf-8")))


def causes(profile: SiteProfile, first: int, end: int) -> Sequence[Cause]:
    """Return the causes that overlap the steps from *first* to below *end*, in order of time."""
    term = cause_data().term * STEPS_PER_DAY
    drawn = (
        _cause(profile.seed, profile.site_id, profile.building, number)
        for number in range(first // term - 1, (end - 1) // term + 1)
    )
    return [each for each in drawn if each is not None and each.first < end and first < each.end]


@lru_cache(maxsize=8_192)
def _cause(seed: int, site_id: str, building: str, number: int) -> Cause | None:
    """Return the cause of a term. The terms of a site begin up to one term late."""
    data = cause_data()
    named = (seed, site_id, "cause")
    if draw(key(*named, number)) >= data.chance:
        return None
    kinds = list(data.cause)
    kind = kinds[int(draw(key(*named, number, "kind"), 0, len(kinds)))]
    spec = data.cause[kind]
    days = int(draw(key(*named, number, "days"), *spec.days))
    late = draw(key(*named, "late"), 0, data.term)
    begin = number * data.term + int(late + draw(key(*named, number, "begin"), 0, data.term - days))
    first, end = begin * STEPS_PER_DAY, (begin + days) * STEPS_PER_DAY
    shown = data.steady.get(building, 1.0)
    factors = spec.factors(draw(key(*named, number, "strength")))
    return Cause(
        kind,
        first,
        end,
        tuple(Change(what, first, end, amount**shown) for what, amount in factors.items()),
    )


_RISE = 12 * STEPS_PER_HOUR
"""Steps in which warm air arrives and leaves; judgement."""

_DAY_SECONDS = 86_400


def change_factor(profile: SiteProfile, what: Changing, axis: Axis) -> Floats | float:
    """Return the factor of *what* in each step, shape (count,); 1 without changes."""
    changed: Floats | float = 1.0
    for each in _changes_of(profile, what, axis.first, axis.first + axis.count):
        changed = changed * np.where(_within(axis.steps, each.first, each.end), each.amount, 1)
    return changed


def daily_change_factor(profile: SiteProfile, what: Changing, days: Steps) -> Floats | float:
    """Return the factor of *what* on each of *days*, local dates since 1970.

    A change applies to a day if it applies at its begin.
    """
    changed: Floats | float = 1.0
    span = (int(days[0]) - 1) * STEPS_PER_DAY, (int(days[-1]) + 2) * STEPS_PER_DAY
    for each in _changes_of(profile, what, *span):
        first = _day(profile.timezone, each.first)
        end = None if each.end is None else _day(profile.timezone, each.end)
        changed = changed * np.where(_within(days, first, end), each.amount, 1.0)
    return changed


def temperature_offset(profile: SiteProfile, axis: Axis) -> Floats | float:
    """Return the temperature difference of heat waves in K, shape (count,); 0 without any."""
    warmer: Floats | float = 0.0
    for each in _changes_of(profile, "warmth", axis.first, axis.first + axis.count):
        if each.end:
            rise = min(_RISE, (each.end - each.first) / 4)
            inner = np.minimum(axis.steps - each.first, each.end - axis.steps)
            warmer = warmer + each.amount * np.clip(inner / rise, 0.0, 1.0)
    return warmer


def _changes_of(profile: SiteProfile, what: Changing, first: int, end: int) -> Iterator[Change]:
    """Yield the changes of *what* in the steps from *first* to below *end*."""
    for each in profile.changes:
        if each.what == what and each.first < end and (each.end is None or first < each.end):
            yield each
    for cause in causes(profile, first, end):
        yield from (each for each in cause.changes if each.what == what)


def _within(numbers: Steps, first: int, end: int | None) -> Bools:
    within: Bools = numbers >= first
    return within if end is None else within & (numbers < end)


def _day(timezone: str, step: int) -> int:
    """Return the first local day that begins at *step* or later."""
    return -(-(step * STEP + offset_at(timezone, step)) // _DAY_SECONDS)
