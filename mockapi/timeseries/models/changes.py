"""Changes of a site per step: given ones, and random causes.

A change has no effect before it begins.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA
from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import Change, Changing, SiteProfile
from mockapi.timeseries.models.noise import Bools, Floats, Steps, draw, key
from mockapi.timeseries.time_axis import Axis, offset_at

_Range = tuple[float, float]
_AFFECTED: tuple[Changing, ...] = (
    "people",
    "hours",
    "electricity",
    "fuel",
    "cooling",
    "water",
    "waste",
)
_ALWAYS_OPEN = 160
"""Operating hours per week from which a site has no hours to change."""


class CauseKind(BaseModel):
    """Length of a kind of cause, and its factors at minimum and maximum strength.

    Without *days* it does not end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    description: str
    days: tuple[int, int] | None = None
    people: _Range | None = None
    hours: _Range | None = None
    electricity: _Range | None = None
    fuel: _Range | None = None
    cooling: _Range | None = None
    water: _Range | None = None
    waste: _Range | None = None

    def amounts(self, strength: float, shown: float) -> Mapping[Changing, float]:
        """Return the amount of each affected value.

        *strength* is from 0 to 1; *shown* is the share of the effect that remains.
        """
        found: dict[Changing, float] = {}
        for what in _AFFECTED:
            between: _Range | None = getattr(self, what)
            if between is not None:
                amount = between[0] + strength * (between[1] - between[0])
                found[what] = amount * shown if what == "hours" else amount**shown
        return found


class Causes(BaseModel):
    """Frequency of causes, and their kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    term: int
    chance: float
    plant_life: int
    steady: Mapping[str, float]
    cause: Mapping[str, CauseKind]


@dataclass(frozen=True)
class Cause:
    """One cause at one site, from step *first* to below step *end*, both at local midnight.

    Without *end* it lasts.
    """

    kind: str
    first: int
    end: int | None
    changes: tuple[Change, ...]


@cache
def cause_data() -> Causes:
    """Return the kinds of causes, read once."""
    return Causes.model_validate(tomllib.loads((DATA / "causes.toml").read_text("utf-8")))


class _Drawn(NamedTuple):
    """What the causes of a site are drawn from."""

    seed: int
    site_id: str
    building: str
    timezone: str


def causes(profile: SiteProfile, first: int, end: int) -> Sequence[Cause]:
    """Return the causes that overlap the steps from *first* to below *end*, in order of time."""
    term = cause_data().term * STEPS_PER_DAY
    always_open = profile.weekly_hours >= _ALWAYS_OPEN
    site = _Drawn(profile.seed, profile.site_id, profile.building, profile.timezone)
    drawn = [
        _cause(site, always_open, number)
        for number in range(first // term - 2, (end - 1) // term + 2)
    ]
    drawn.append(_replacement(site))
    found = [
        each
        for each in drawn
        if each is not None and each.first < end and (each.end is None or first < each.end)
    ]
    return sorted(found, key=lambda each: each.first)


@lru_cache(maxsize=8_192)
def _cause(site: _Drawn, always_open: bool, number: int) -> Cause | None:
    """Return the cause of a term. The terms of a site begin up to one term late."""
    data = cause_data()
    named = (site.seed, site.site_id, "cause")
    if draw(key(*named, number)) >= data.chance:
        return None
    kinds = [
        name
        for name, each in data.cause.items()
        if each.days is not None and not (always_open and each.hours is not None)
    ]
    kind = kinds[int(draw(key(*named, number, "kind"), 0, len(kinds)))]
    days = int(draw(key(*named, number, "days"), *(data.cause[kind].days or (0, 0))))
    late = draw(key(*named, "late"), 0, data.term)
    begin = number * data.term + int(late + draw(key(*named, number, "begin"), 0, data.term - days))
    strength = draw(key(*named, number, "strength"))
    return _made(kind, site, strength, begin, begin + days)


@lru_cache(maxsize=8_192)
def _replacement(site: _Drawn) -> Cause:
    """Return the replacement of a site's plant."""
    named = (site.seed, site.site_id, "plant")
    data = cause_data()
    begin = _PLANTS_SINCE + int(draw(key(*named, "begin"), 0, data.plant_life * 365.25))
    strength = draw(key(*named, "strength"))
    return _made(_REPLACEMENT, site, strength, begin, None)


def _made(kind: str, site: _Drawn, strength: float, begin: int, end: int | None) -> Cause:
    """Return the cause of a *kind* from local day *begin* to below day *end*."""
    data = cause_data()
    first = _midnight(site.timezone, begin)
    stop = None if end is None else _midnight(site.timezone, end)
    amounts = data.cause[kind].amounts(strength, data.steady.get(site.building, 1.0))
    changes = tuple(Change(what, first, stop, amount) for what, amount in amounts.items())
    return Cause(kind, first, stop, changes)


_REPLACEMENT = "plant_replacement"
_PLANTS_SINCE = 15_340
"""The first day of 2012, from which on plants are replaced."""


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
    for amount, within in _daily_changes(profile, what, days):
        changed = changed * np.where(within, amount, 1.0)
    return changed


def additional_hours(profile: SiteProfile, days: Steps) -> Floats | float:
    """Return by how many hours the site closes later on each of *days*, local dates since 1970."""
    hours: Floats | float = 0.0
    for amount, within in _daily_changes(profile, "hours", days):
        hours = hours + np.where(within, amount, 0.0)
    return hours


def _daily_changes(
    profile: SiteProfile, what: Changing, days: Steps
) -> Iterator[tuple[float, Bools]]:
    """Yield the amount of each change of *what*, and whether it applies to each of *days*."""
    span = (int(days[0]) - 1) * STEPS_PER_DAY, (int(days[-1]) + 2) * STEPS_PER_DAY
    for each in _changes_of(profile, what, *span):
        first = _day(profile.timezone, each.first)
        end = None if each.end is None else _day(profile.timezone, each.end)
        yield each.amount, _within(days, first, end)


def temperature_offset(profile: SiteProfile, steps: Steps) -> Floats | float:
    """Return the temperature difference of heat waves in K at ascending *steps*; 0 without any."""
    warmer: Floats | float = 0.0
    for each in _changes_of(profile, "warmth", int(steps[0]), int(steps[-1]) + 1):
        if each.end:
            rise = min(_RISE, (each.end - each.first) / 4)
            inner = np.minimum(steps - each.first, each.end - steps)
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


def _midnight(timezone: str, day: int) -> int:
    """Return the step at which *day* since 1970 begins."""
    step = day * STEPS_PER_DAY
    step -= offset_at(timezone, step - offset_at(timezone, step) // STEP) // STEP
    return step


def _day(timezone: str, step: int) -> int:
    """Return the first local day that begins at *step* or later."""
    return -(-(step * STEP + offset_at(timezone, step)) // _DAY_SECONDS)
