"""Waste as weighed at collections: generated and diverted.

There are two collections, for the landfill and for sorting. *generated* includes both scales,
*diverted* only the second. Therefore diverted never exceeds generated, at any weighing and in any
window. In kilograms; sources: docs/explanation/readings.md#waste.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.block_cache import cached_days
from mockapi.timeseries.intervals import STEP
from mockapi.timeseries.models.attendance import occupancy_ratio
from mockapi.timeseries.models.calendar import REST_DAY, kinds, vacation
from mockapi.timeseries.models.changes import daily_change_factor
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, demands
from mockapi.timeseries.models.noise import Bools, Floats, Steps, ar, draw, key, normal, uniform
from mockapi.timeseries.models.occupancy import daily_people
from mockapi.timeseries.time_axis import Axis, weekdays

_GRAMS = 1000
_LOOKBACK_DAYS = 40
"""Days before a window from which a collection can contain waste."""

_MISSED = 0.02
_SPREAD = 0.10
"""Relative deviation of a weighing; judgement."""

_ALWAYS = 0.1
"""Share of the waste that does not depend on people; judgement."""

_DAILY = 6
"""Maximum collections per week: none on Sundays."""

_SCHOOLS = frozenset({"school", "university"})


@dataclass(frozen=True)
class Bins:
    """Collections of a site: weekdays, the step of the day, scale in kg."""

    landfill: tuple[int, ...]
    sorter: tuple[int, ...]
    landfill_step: int
    sorter_step: int
    scale: int
    daily: float
    diverted: float
    drift: float


def _key(profile: SiteProfile, name: str) -> int:
    return key(profile.seed, profile.site_id, "waste", name)


@lru_cache(maxsize=512)
def bins(profile: SiteProfile) -> Bins:
    """Return the collections drawn by the site's seed."""
    demand = demands()[profile.building]

    def count(name: str, low: int, high: int) -> int:
        return low + int(draw(_key(profile, name), 0, high - low + 1))

    landfill = _spread(count("pickups", *demand.pickups), int(draw(_key(profile, "first"), 0, 5)))
    first = (landfill[0] + 1) % 5
    sorter = _spread(count("recycling", *demand.recycling), first)
    daily = (
        draw(_key(profile, "year"), *demand.waste)
        * profile.area
        * occupancy_ratio(profile)
        / 365.25
    )
    share = draw(_key(profile, "diverted"), *demand.diverted)
    collected = daily * 7 * min(share / len(sorter), (1 - share) / len(landfill))
    scale = next((each for each in (20, 10, 5) if collected >= 25 * each), 1)
    return Bins(
        landfill=landfill,
        sorter=sorter,
        landfill_step=int(draw(_key(profile, "landfill hour"), 5 * 4, 9 * 4)),
        sorter_step=int(draw(_key(profile, "sorter hour"), 9 * 4, 14 * 4)),
        scale=scale,
        daily=daily,
        diverted=share,
        drift=draw(_key(profile, "drift"), 0.01, 0.03),
    )


def _spread(times: int, first: int) -> tuple[int, ...]:
    """Return *times* weekdays at even distances, working days first."""
    if times >= _DAILY:
        return tuple(range(_DAILY))
    return tuple(sorted({(first + round(number * 5 / times)) % 5 for number in range(times)}))


def generated(channel: MeterModel, axis: Axis) -> Floats:
    """Return the weight of all collections in each step, in kg."""
    site = bins(channel.profile)
    return _collection(channel.profile, axis, 0, site.landfill_step) + diverted(channel, axis)


def diverted(channel: MeterModel, axis: Axis) -> Floats:
    """Return the weight of collections for recycling in each step, in kg."""
    return _collection(channel.profile, axis, 1, bins(channel.profile).sorter_step)


def _collection(profile: SiteProfile, axis: Axis, collection: int, step: int) -> Floats:
    """Return the weighings of one collection, each in the step of the collection."""
    weights = _weights(profile, int(axis.days[0]), len(axis.days))[collection]
    due = axis.local_seconds % 86_400 // STEP == step
    return np.where(due, weights[axis.day_index], 0.0)


@cached_days
def _weights(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return the collected weights of each day in kg, for landfill and sorting."""
    site = bins(profile)
    days = np.arange(first - _LOOKBACK_DAYS, first + count, dtype=np.int64)
    thrown, sorted_ = _daily_waste(profile, days)
    weights = np.stack(
        (
            _weighings(profile, days, thrown, site.landfill, "landfill"),
            _weighings(profile, days, sorted_, site.sorter, "sorter"),
        )
    )
    return weights[:, _LOOKBACK_DAYS:]


def _weighings(
    profile: SiteProfile, days: Steps, filled: Steps, chosen: tuple[int, ...], name: str
) -> Floats:
    """Return the collected weight of each of *days* in kg: all waste since the last collection."""
    scale = bins(profile).scale
    at = np.flatnonzero(_collection_days(profile, days, chosen, name))
    load = np.diff(np.cumsum(filled)[at], prepend=0) / _GRAMS
    factor = np.exp(_SPREAD * normal(_key(profile, name + " scale"), days[at]))
    weights = np.zeros(len(days))
    weights[at] = np.rint(load * factor / scale) * scale
    return weights


def _daily_waste(profile: SiteProfile, days: Steps) -> tuple[Steps, Steps]:
    """Return the waste of each of *days* per collection, in whole grams for exact sums."""
    site = bins(profile)
    busy = _ALWAYS + (1 - _ALWAYS) * daily_people(profile, days)
    season = 1 + 0.08 * np.sin(2 * np.pi * days / 365.25 + draw(_key(profile, "season"), 0, 6.28))
    day = np.exp(0.18 * ar(_key(profile, "day"), days, 0.4))
    years = days / 365.25 - 50
    month = days // 30
    ratio = site.diverted + site.drift * 0.3 * years + 0.05 * normal(_key(profile, "month"), month)
    ratio = np.clip(ratio, 0.05, 0.9)
    grams = site.daily * _GRAMS * busy * season * day
    come = daily_change_factor(profile, "people", days)
    come = come * daily_change_factor(profile, "waste", days)
    thrown, sorted_ = (
        np.rint(grams * share * come).astype(np.int64) for share in (1 - ratio, ratio)
    )
    return thrown, sorted_


def _collection_days(
    profile: SiteProfile, days: Steps, chosen: tuple[int, ...], name: str
) -> Bools:
    """Return on which of *days* there is a collection: not on holidays, then a day later."""
    weekday = weekdays(days)
    planned: Bools = np.isin(weekday, chosen)
    missed = uniform(_key(profile, name + " missed"), days) < _MISSED
    planned &= ~missed
    if len(chosen) >= _DAILY:
        return planned
    off = (kinds(profile, days) == REST_DAY) & planned
    came: Bools = planned & ~off
    came[1:] |= off[:-1]
    if profile.building in _SCHOOLS:
        # In school vacations, only on the first weekday of the week's collections.
        came &= ~vacation(profile, days) | (weekday == chosen[0])
    return came


def scale(channel: MeterModel) -> float:
    """Return the resolution of the site's scales in kg."""
    return float(bins(channel.profile).scale)
