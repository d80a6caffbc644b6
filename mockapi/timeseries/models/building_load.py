"""Random parameters of the electric load of one building."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from pydantic import BaseModel, ConfigDict

from mockapi.domain.buildings import building_types, model_parameters
from mockapi.resources import DATA
from mockapi.timeseries.block_cache import cached_days
from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.attendance import attendance, hours_moved
from mockapi.timeseries.models.calendar import WORKDAY, holiday, kinds, vacation
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import (
    Floats,
    Steps,
    ar,
    draw,
    draw_normal,
    key,
    keys,
    normal,
    uniform,
    value_noise,
)
from mockapi.timeseries.models.occupancy import patterns
from mockapi.timeseries.time_axis import Axis

_TENTH = 1.2816
"""Standard deviations between the median and the 90 % quantile."""

_WIDEST = 2.0
"""Maximum deviation of a building. Beyond, levels would double from one month to the next."""

_YEAR_VARIATION = 1.3
"""Factor by which a year can differ from the drawn yearly use, by weather and causes."""

_NORMAL = NormalDist()
_LATENTS = ("variable", "scheduled", "smooth")
_Range = tuple[float, float]


class LoadRanges(BaseModel):
    """Ranges of every parameter by building type, and the shared part of parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    transform: Mapping[str, tuple[str, ...]]
    together: Mapping[str, tuple[float, float, float]]
    typical: Mapping[str, _Range]
    by_type: Mapping[str, Mapping[str, _Range]]

    def ranges(self, building: str) -> Mapping[str, _Range]:
        """Return the range of each parameter for a building type."""
        return {**self.typical, **self.by_type.get(building, {})}


@cache
def load_ranges() -> LoadRanges:
    """Return the ranges, read once."""
    common = tomllib.loads((DATA / "electricity.toml").read_text("utf-8"))
    return LoadRanges.model_validate({**common, "by_type": model_parameters("electricity")})


@lru_cache(maxsize=512)
def load_parameters(profile: SiteProfile) -> Mapping[str, float]:
    """Return the parameters of the site's electric load by name (data/electricity.toml)."""
    named = (profile.seed, profile.site_id, "character")
    latents = [draw_normal(key(*named, latent)) for latent in _LATENTS]
    drawn = {}
    for each in _parameters(profile.building):
        common = sum(share * latent for share, latent in zip(each.shares, latents, strict=True))
        deviation = common + each.own * draw_normal(key(*named, each.name))
        if each.shown is None:
            deviation = min(_WIDEST, max(-_WIDEST, deviation))
        else:
            least, most = each.shown
            deviation = _NORMAL.inv_cdf(least + _NORMAL.cdf(deviation) * (most - least))
        drawn[each.name] = _between(each.scale, each.middle, each.spread * deviation)
    return MappingProxyType(drawn)


@dataclass(frozen=True)
class _Parameter:
    """One parameter of a building type; *shown* are the limiting quantiles, if any.

    *shares* are the correlated parts of its deviation, *own* is the independent part. *middle* is
    the median and *spread* the standard deviation, both on the *scale*.
    """

    name: str
    scale: str
    middle: float
    spread: float
    shares: tuple[float, float, float]
    own: float
    shown: _Range | None


@cache
def _parameters(building: str) -> Sequence[_Parameter]:
    found = []
    for name, between in load_ranges().ranges(building).items():
        shares = load_ranges().together.get(name, (0.0, 0.0, 0.0))
        own = math.sqrt(1 - sum(share * share for share in shares))
        shown = _within_band(building, *between) if name == "eui" else None
        scale = _scale(name)
        low, high = (_scaled(scale, each) for each in between)
        middle, spread = (low + high) / 2, (high - low) / 2 / _TENTH
        found.append(_Parameter(name, scale, middle, spread, shares, own, shown))
    return found


def _within_band(building: str, low: float, high: float) -> _Range:
    """Return the quantiles between which every year of a building is in the band of its type."""
    band = building_types()[building].intensity["electricity"]
    middle, deviation = math.log(low * high) / 2, math.log(high / low) / 2 / _TENTH
    among = NormalDist(middle, deviation)
    return among.cdf(math.log(band.low * _YEAR_VARIATION)), among.cdf(
        math.log(band.high / _YEAR_VARIATION)
    )


def _scale(name: str) -> str:
    return next((each for each, names in load_ranges().transform.items() if name in names), "log")


def _scaled(scale: str, value: float) -> float:
    """Return *value* on a scale on which the parameter is normally distributed."""
    if scale == "plain":
        return value
    return math.log(value / (1 - value)) if scale == "share" else math.log(value)


def _between(scale: str, middle: float, deviation: float) -> float:
    """Return the value at *deviation* from *middle* on a *scale*."""
    if scale == "plain":
        return middle + deviation
    odds = math.exp(middle + deviation)
    return odds / (1 + odds) if scale == "share" else odds


_DAWN = 4 * STEPS_PER_HOUR
"""Steps after midnight when an operating day begins: late evenings belong to the day before."""

_HABITS = 210
"""Days over which operating hours and weekend use vary."""

_WITH_PEOPLE = 0.7
"""Share of the systems that stay off without people, for example in shutdowns; judgement."""

LATER, SOONER = 0.7, 1.0
"""Hours by which systems start later and stop earlier on days of rest."""

_SLOWLY = 0.3
"""Maximum logarithmic change of the level by weeks and seasons; judgement."""

_CLOSES = 0.5
"""Share of sites that close on public holidays; judgement."""

_YEAR = 365.2425
_PEAKS_IN_SUMMER = 0.5
_MIDSUMMER, _MIDWINTER, _AROUND = 205.0, 15.0, 25.0
"""Days of the year around which the annual wave peaks in the north, and their deviation."""


@dataclass(frozen=True)
class BuildingSchedule:
    """Operation of a site's systems over an axis; arrays of shape (count,).

    *level* multiplies the whole load, *gate* is the share of systems that run on that day. *since*
    and *until* are the hours since the start and until the stop, divided by the ramp times.
    """

    level: Floats
    gate: Floats
    since: Floats
    until: Floats

    @classmethod
    def of(cls, profile: SiteProfile, axis: Axis) -> "BuildingSchedule":
        """Return the operation of the site's systems."""
        parameters = load_parameters(profile)
        local = axis.local_seconds // 900 - _DAWN
        day = local // 96
        first, last = int(day[0]), int(day[-1])
        index = day - first
        gate, start, stop, level = _daily(profile, first, last - first + 1)
        hour = (local - day * 96 + _DAWN) / STEPS_PER_HOUR
        return cls(
            level=level[index],
            gate=gate[index],
            since=(hour - start[index]) / parameters["rise"],
            until=(stop[index] - hour) / parameters["fall"],
        )

    def running(self) -> Floats:
        """Return the share of systems that run in each step, from 0 to about 1."""
        return self.gate * smooth_step(self.since) * smooth_step(self.until)


def smooth_step(position: Floats) -> Floats:
    """Return a smooth step: 0 below -0.5, 1 above 0.5."""
    part: Floats = np.minimum(np.maximum(position + 0.5, 0.0), 1.0)
    return part * part * (3 - 2 * part)


@cached_days
def _daily(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return gate, start, stop and level of each day, shape (4, count)."""
    days = np.arange(first, first + count, dtype=np.int64)
    parameters = load_parameters(profile)
    stacked: Floats = np.stack(
        (*_days(profile, parameters, days), _levels(profile, parameters, days))
    )
    return stacked


def _days(
    profile: SiteProfile, parameters: Mapping[str, float], days: Steps
) -> tuple[Floats, Floats, Floats]:
    """Return the share of running systems, the start hour and the stop hour of each day."""
    named = (profile.seed, profile.site_id, "operation")
    free = kinds(profile.country, days) != WORKDAY
    habits = days / _HABITS
    moved = parameters["jitter"] * 0.8 * value_noise(key(*named, "moved"), habits)
    weekend = parameters["weekend"] * np.exp(0.2 * value_noise(key(*named, "weekend"), habits))
    gate = np.where(free, np.minimum(weekend, 1.05), 1.0)
    gate = np.where(vacation(profile, days), gate * (1 - parameters["vacation"]), gate)
    chance = uniform(key(*named, "chance"), days)
    gate = np.where(~free & (chance < parameters["missed"]), 0.3 * gate, gate)
    gate = np.where(free & (chance < parameters["left"]), 1.0, gate)
    institution = patterns()[profile.building].institution
    gate *= 1 - _WITH_PEOPLE * (1 - attendance(profile, institution, days))
    opens, closes = hours_moved(profile, institution, days)
    early, late = normal(keys(key(*named, "early"), key(*named, "late")), days)
    early = parameters["jitter"] * early + moved
    late = 1.6 * parameters["jitter"] * late - moved
    start = parameters["start"] + early + np.where(free, LATER, 0.0) + opens
    stop = parameters["stop"] + late - np.where(free, SOONER, 0.0) + closes
    stop = np.minimum(stop, 27.0)
    return gate, start, stop


def _levels(profile: SiteProfile, parameters: Mapping[str, float], days: Steps) -> Floats:
    """Return the factor of each day, with variation by days, weeks and seasons.

    Changes that last for months are causes.
    """
    named = (profile.seed, profile.site_id, "level")
    mood = ar(key(*named, "day"), days, parameters["day_memory"])
    mood *= 1 + parameters["tails"] * mood * mood
    total = parameters["day"] / (1 + 3 * parameters["tails"]) * mood
    total += parameters["spell"] * value_noise(key(*named, "spell"), days / 4.5, 0.4)
    slow = parameters["drift"] * value_noise(key(*named, "drift"), days / 14.0, 0.75)
    summer = draw(key(*named, "summer")) < _PEAKS_IN_SUMMER
    peak = (_MIDSUMMER if summer != profile.south else _MIDWINTER) + _AROUND * draw_normal(
        key(*named, "peak")
    )
    slow += parameters["winter"] * np.cos((days - peak) * (2 * np.pi / _YEAR))
    total += _SLOWLY * np.tanh(slow / _SLOWLY)
    total += parameters["weekdays"] * normal(key(*named, "weekday"), (days + 3) % 7)
    closed = uniform(key(*named, "closed"), days) < parameters["closed"]
    closed |= holiday(profile.country, days) & (draw(key(*named, "strict")) < _CLOSES)
    total -= np.where(closed, parameters["shut"], 0.0)
    total -= np.where(vacation(profile, days), parameters["away"], 0.0)
    factor: Floats = np.exp(np.clip(total, -1.2, 0.6))
    return factor
