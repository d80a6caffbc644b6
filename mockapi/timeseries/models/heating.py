"""Space heat of a site, when its plants run, and heat pumps that take a part of the heat."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.block_cache import cached_days, cached_steps
from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import SiteProfile, demands
from mockapi.timeseries.models.load_parameters import mean_electricity
from mockapi.timeseries.models.noise import Floats, draw, key, limited
from mockapi.timeseries.models.occupancy import (
    mean_presence,
    patterns,
    people_share,
    usual_occupancy,
)
from mockapi.timeseries.models.weather import (
    Sky,
    climate_of,
    daily_weather,
    temperature,
    usual_temperature,
)
from mockapi.timeseries.time_axis import Axis

_HOUR = STEPS_PER_HOUR
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

_DROP = 7.0
"""Kelvin by which a building without heat at night lowers its change point; judgement."""

_MEALS = 6
"""Steps around guests' stays during which a building is heated as if they were present."""

_SITES_WITH_PUMP = 0.15
_COVERED = 0.8
"""Share of the space heat that a heat pump can deliver; other circuits are too hot; judgement."""

_CONNECTION = 0.4
"""Greatest power of a heat pump, as a share of the site's mean electric power; judgement."""

_COLDEST = -12.0
"""Outdoor temperature in degC below which a heat pump is off."""

_SUPPLY = 42.0
"""Mean temperature in degC of the heated water."""

_CARNOT = 0.42
"""Share of the ideal efficiency that a heat pump reaches."""


def _key(profile: SiteProfile, name: str) -> int:
    return key(profile.seed, profile.site_id, "heat", name)


@dataclass(frozen=True)
class Control:
    """When a plant heats or cools, and how much.

    *turn* is the change point in degC, *night* the share of the demand that remains at night,
    *boost* the additional share when people come, *ahead* the steps by which the plant starts
    before them, *weight* the share of earlier temperatures in the one that it follows.
    """

    turn: float
    night: float
    boost: float
    ahead: int
    weight: float


@lru_cache(maxsize=512)
def heating_control(profile: SiteProfile) -> Control:
    """Return the control of the space heat of a site."""

    def drawn(name: str, low: float, high: float) -> float:
        return draw(_key(profile, name), low, high)

    return Control(
        turn=drawn("turn", 13.0, 17.5),
        night=drawn("night", *demands()[profile.building].setback),
        boost=drawn("boost", 0.3, 1.3),
        ahead=round(drawn("ahead", 1, 3) * _HOUR),
        weight=drawn("weight", 0.25, 0.6),
    )


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
def most_heat(profile: SiteProfile) -> float:
    """Return the greatest space heat of a site, in kWh per step."""
    return heat_slope(profile) * heating_span(profile) * draw(_key(profile, "most"), 1.1, 1.7)


def space_heat(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the space heat that a site needs, in kWh per step, shape (count,).

    It depends on the site only, not on its meters.
    """
    needed: Floats = _space_heat(profile, axis.first, axis.count)[0]
    return needed


def heating_on(profile: SiteProfile, axis: Axis) -> Floats:
    """Return how much of a site is heated by day, not by night, from 0 to 1, shape (count,)."""
    on: Floats = _space_heat(profile, axis.first, axis.count)[1]
    return on


@cached_steps
def _space_heat(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return the space heat, and what is heated by day, shape (2, count)."""
    axis = Axis.of(profile.timezone, first, count)
    control = heating_control(profile)
    on, timed = timetable(control, profile, axis)
    turn = control.turn - _DROP * (1 - control.night) * (1 - on)
    below = np.maximum(0.0, turn - felt(profile, axis, control.weight))
    season = heating_season(profile, control.turn, axis)
    needed = limited(heat_slope(profile) * below * timed * season, most_heat(profile))
    stacked: Floats = np.stack((needed, on))
    return stacked


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


def felt(profile: SiteProfile, axis: Axis, weight: float) -> Floats:
    """Return the temperature with thermal mass: of now, 3, 12 and 24 hours ago."""
    shares = ((0, 1 - weight), (3, weight / 2), (12, weight / 3), (24, weight / 6))
    longest = 24 * _HOUR
    past = temperature(profile, Axis.of(axis.timezone, axis.first - longest, axis.count + longest))
    total = np.zeros(axis.count)
    for hours, share in shares:
        begin = longest - hours * _HOUR
        total += share * past[begin : begin + axis.count]
    return total


def timetable(control: Control, profile: SiteProfile, axis: Axis) -> tuple[Floats, Floats]:
    """Return whether the plant runs, and the demand by schedule, which is highest at dawn."""
    before = 3 * _HOUR + _MEALS
    wide = Axis.of(axis.timezone, axis.first - before, axis.count + 2 * before)
    full = usual_occupancy(profile, wide)
    if not patterns()[profile.building].open[-1]:
        # A house with guests at meal times stays open and heated between meals.
        reach = len(full) - 2 * _MEALS
        looks = [full[begin : begin + reach] for begin in (0, _MEALS, 2 * _MEALS)]
        full = np.maximum(np.maximum(looks[0], looks[1]), looks[2])
    else:
        full = full[_MEALS:-_MEALS]
    busy = np.clip(full / 0.35, 0.0, 1.0)
    if demands()[profile.building].taps:
        # Where people live, each room is heated for those who are there.
        busy *= people_share(profile, wide.days)[wide.day_index][_MEALS:-_MEALS]
    begin = 3 * _HOUR + control.ahead
    on = busy[begin : begin + axis.count]
    earlier = busy[begin - 3 * _HOUR : begin - 3 * _HOUR + axis.count]
    level = control.night + (1 - control.night) * on
    timed: Floats = level + control.boost * np.maximum(0.0, on - earlier)
    return on, timed


@lru_cache(maxsize=512)
def has_heat_pump(profile: SiteProfile) -> bool:
    """Return True if the site has a heat pump next to its fuel or district heat.

    assumption: one in seven sites has a heat pump instead of electric heaters. It delivers up to
    80 % of the space heat, up to 25 to 50 % of the greatest demand, and its electricity is at most
    40 % of the site's mean. It is off below -12 degC.
    """
    return draw(_key(profile, "pump")) < _SITES_WITH_PUMP


def heat_pump_output(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the heat that the heat pump delivers, in kWh per step, shape (count,)."""
    return _output(profile, space_heat(profile, axis), temperature(profile, axis))


def heat_pump_electricity(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the electricity of the heat pump, in kWh per step, shape (count,)."""
    outdoor = temperature(profile, axis)
    used: Floats = _output(profile, space_heat(profile, axis), outdoor) / _efficiency(outdoor)
    return used


@lru_cache(maxsize=512)
def usual_pump_electricity(profile: SiteProfile) -> float:
    """Return the approximate mean electricity of the heat pump, in kWh per step; 0 without one."""
    if not has_heat_pump(profile):
        return 0.0
    control = heating_control(profile)
    _, mean, wave = climate_of(Sky.over(profile))
    year = mean + wave * np.cos(np.arange(24) * (np.pi / 12))
    timed = control.night + (1 - control.night) * mean_presence(profile)
    needed = heat_slope(profile) * timed * np.maximum(0.0, control.turn - year)
    return float((_output(profile, needed, year) / _efficiency(year)).mean())


def _output(profile: SiteProfile, needed: Floats, outdoor: Floats) -> Floats:
    """Return the heat of the pump in kWh per step, where the site needs *needed*."""
    capacity = (
        heat_slope(profile) * heating_span(profile) * draw(_key(profile, "capacity"), 0.25, 0.5)
    )
    usual = mean_electricity(profile)
    most = np.minimum(capacity, _CONNECTION * usual * _efficiency(outdoor))
    return np.where(outdoor > _COLDEST, np.minimum(_COVERED * needed, most), 0.0)


def _efficiency(outdoor: Floats) -> Floats:
    """Return the heat per electricity of a heat pump."""
    lift = np.maximum(15.0, _SUPPLY - outdoor)
    efficiency: Floats = np.minimum(_CARNOT * (_SUPPLY + 273.15) / lift, 5.5)
    return efficiency
