"""Heat demand of a site, and heat pumps that take a part of it from the fuel to electricity."""

from functools import lru_cache

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import SiteProfile, demands
from mockapi.timeseries.models.noise import Floats, draw, key
from mockapi.timeseries.models.weather import Sky, climate_of, temperature
from mockapi.timeseries.time_axis import Axis

_DEGREE_HOURS = 2300 * 24
"""Kelvin hours of the yearly heat figures.

Judgement: what remains of 3,500 degree days with change points below 18 degC and night setback.
"""

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


@lru_cache(maxsize=512)
def has_heat_pump(profile: SiteProfile) -> bool:
    """Return True if the site has a heat pump next to its fuel or district heat.

    assumption: one in seven sites has a heat pump for 25 to 50 % of its greatest demand, which
    covers all of it on mild days. It is off below -12 degC.
    """
    return draw(_key(profile, "pump")) < _SITES_WITH_PUMP


def heat_pump_output(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the heat that the heat pump delivers, in kWh per step, shape (count,)."""
    return _output(profile, temperature(profile, axis))


def heat_pump_electricity(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the electricity of the heat pump, in kWh per step, shape (count,)."""
    return _electricity(profile, temperature(profile, axis))


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
