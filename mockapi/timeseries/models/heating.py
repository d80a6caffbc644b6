"""Heat demand of a site, its season, and heat pumps that take a part of it from the fuel."""

from functools import lru_cache

import numpy as np

from mockapi.timeseries.block_cache import cached_days
from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import SiteProfile, demands
from mockapi.timeseries.models.noise import Floats, draw, key
from mockapi.timeseries.models.weather import (
    Sky,
    climate_of,
    daily_weather,
    temperature,
    usual_temperature,
)
from mockapi.timeseries.time_axis import Axis

_DEGREE_HOURS = 2270 * 24
"""Kelvin hours of the yearly heat figures.

Judgement: what remains of 3,500 degree days with change points below 18 degC, night setback and no
heating on warm days.
"""

_LOWEST_LIMIT = 15.0
"""Lowest heating limit in degC that controllers are set to; judgement, usual in older buildings."""

_HYSTERESIS = 1.0
"""Kelvin below and above the heating limit at which heating starts and stops; judgement."""

_MEMORY = 14
"""Days after which heating follows the usual temperature of the day, if neither was passed."""

_SITES_WITH_PUMP = 0.15
_CHANGE_POINT = 14.0
_COLDEST = -12.0
"""Outdoor temperature in degC below which a heat pump is off."""

_SUPPLY = 42.0
"""Mean temperature in degC of the heated water."""

_CARNOT = 0.42
"""Share of the ideal efficiency that a heat pump reaches."""


def _key(profile: SiteProfile, name: str) -> int:
    return key(profile.seed, profile.site_id, "heat", name)


@lru_cache(maxsize=512)
def heat_slope(profile: SiteProfile) -> float:
    """Return the heat that a site needs, in kWh per step and kelvin below the change point."""
    yearly = draw(_key(profile, "demand"), *demands()[profile.building].heat) * profile.area
    return yearly / _DEGREE_HOURS / STEPS_PER_HOUR


def heating_span(profile: SiteProfile) -> float:
    """Return the kelvins below the change point of a cold day, at least 7."""
    _, mean, wave = climate_of(Sky.over(profile))
    return max(7.0, 16.0 - (mean - wave))


def heating_season(profile: SiteProfile, turn: float, axis: Axis) -> Floats:
    """Return 1 in the steps of days on which heating is on and 0 otherwise, shape (count,).

    Controllers switch it by the mean outdoor temperature of three days, around the change point
    *turn* in degC or 15 degC if that is higher.
    """
    site = profile, max(turn, _LOWEST_LIMIT)
    on: Floats = _season(site, int(axis.days[0]), len(axis.days))[axis.day_index]
    return on


@cached_days
def _season(site: tuple[SiteProfile, float], first: int, count: int) -> Floats:
    """Return 1 for each day on which heating is on, and 0 for others."""
    profile, limit = site
    days = np.arange(first - _MEMORY - 2, first + count, dtype=np.int64)
    mean, _ = daily_weather(profile, days)
    above = (mean[2:] + mean[1:-1] + mean[:-2]) / 3 - limit
    place = np.arange(len(above))
    passed = np.maximum.accumulate(np.where(np.abs(above) > _HYSTERESIS, place, -1))[_MEMORY:]
    # An older one does not count, so that no day depends on the begin of the window.
    known = passed >= place[:count]
    cold = usual_temperature(profile, days[_MEMORY + 2 :]) < limit
    return np.where(known, above[passed] < 0, cold).astype(np.float64)


@lru_cache(maxsize=512)
def has_heat_pump(profile: SiteProfile) -> bool:
    """Return True if the site has a heat pump next to its fuel or district heat.

    assumption: one in seven sites has a heat pump for 25 to 50 % of its greatest demand, which
    covers all of it on mild days. It is off below -12 degC.
    """
    return draw(_key(profile, "pump")) < _SITES_WITH_PUMP


def heat_pump_output(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the heat that the heat pump delivers, in kWh per step, shape (count,)."""
    season = heating_season(profile, _CHANGE_POINT, axis)
    return season * _output(profile, temperature(profile, axis))


def heat_pump_electricity(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the electricity of the heat pump, in kWh per step, shape (count,)."""
    season = heating_season(profile, _CHANGE_POINT, axis)
    return season * _electricity(profile, temperature(profile, axis))


@lru_cache(maxsize=512)
def usual_pump_electricity(profile: SiteProfile) -> float:
    """Return the approximate mean electricity of the heat pump, in kWh per step; 0 without one."""
    if not has_heat_pump(profile):
        return 0.0
    _, mean, wave = climate_of(Sky.over(profile))
    return float(_electricity(profile, mean + wave * np.cos(np.arange(24) * (np.pi / 12))).mean())


def _output(profile: SiteProfile, outdoor: Floats) -> Floats:
    design = heat_slope(profile) * heating_span(profile)
    most = design * draw(_key(profile, "capacity"), 0.25, 0.5)
    needed = 0.8 * heat_slope(profile) * np.maximum(0.0, _CHANGE_POINT - outdoor)
    return np.where(outdoor > _COLDEST, np.minimum(needed, most), 0.0)


def _electricity(profile: SiteProfile, outdoor: Floats) -> Floats:
    lift = np.maximum(15.0, _SUPPLY - outdoor)
    efficiency = np.minimum(_CARNOT * (_SUPPLY + 273.15) / lift, 5.5)
    used: Floats = _output(profile, outdoor) / efficiency
    return used
