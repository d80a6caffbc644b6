"""Electricity for heating and cooling, and the level of the load by which it is scaled."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mockapi.timeseries.models.building_load import usual_running
from mockapi.timeseries.models.calendar import vacation
from mockapi.timeseries.models.heating import has_heat_pump, usual_pump_electricity
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.load_parameters import load_parameters, mean_electricity
from mockapi.timeseries.models.noise import Floats, limited
from mockapi.timeseries.models.occupancy import mean_presence
from mockapi.timeseries.models.weather import (
    Sky,
    climate_of,
    usual_dew_point,
    usual_temperature,
)

_COOLING, _HEATING = 1.0, 0.24
"""Maximum of cooling as a share of the day level, and of heating as a share of the mean of day and
night, because fuels or a network heat the site: fans, pumps and a few heaters use electricity;
judgement."""

_RESERVE = 1.3
"""Capacity of a cooling plant relative to what the hottest usual day of the place needs; judgement.
"""

_MILD, _HOT, _MORE = 14.0, 26.0, 1.0
"""Annual means in degC between which buildings get more cooling, up to twice as much; judgement."""

_COOL_SUMMER, _WARM_SUMMER, _LESS = 16.0, 23.0, 0.5
"""Means of the warmest time of the year in degC between which buildings get less cooling, down to
half as much, because only parts of them are cooled; judgement."""

_CHILLERS = 0.5
"""Maximum by which cooling rises from one month to the next, as a share of the mean of all other
use, so that no month has twice the use of the one before; judgement."""

_STEP, _ANOMALY = 0.52, 0.6
"""Maximum rise between successive months: of the annual wave relative to its amplitude, and of the
weather relative to the deviation of a day."""

_FANS = 0.5
"""Share of the electricity for heating that fans and pumps use; judgement."""

_DRY, _LATENT = 13.0, 0.3
"""Dew point in degC above which a coil dries the air; kelvins of warmth per kelvin above it."""


def cooling_share(profile: SiteProfile, felt: Floats, dew: Floats) -> Floats:
    """Return the share for cooling at temperatures *felt* and dew points *dew*."""
    slope, most = _cooling_plant(profile)
    return limited(slope * _warmth(profile, felt, dew), most)


def _warmth(profile: SiteProfile, felt: Floats, dew: Floats) -> Floats:
    """Return the kelvins that a site is cooled by; drying the air counts as some more."""
    warm = load_parameters(profile)["warm"]
    warmth: Floats = np.maximum(0.0, felt - warm) + _LATENT * np.maximum(0.0, dew - _DRY)
    return warmth


@lru_cache(maxsize=512)
def _cooling_plant(profile: SiteProfile) -> tuple[float, float]:
    """Return the share for cooling per kelvin, and its maximum."""
    climate, mean, wave = climate_of(Sky.over(profile))
    usual = _usual_level(profile)
    step = _STEP * wave + _ANOMALY * climate.day
    steepest = _CHILLERS * usual.other / usual.gate / step
    more = float(np.interp(mean, (_MILD, _HOT), (1.0, 1 + _MORE)))
    more *= float(np.interp(mean + wave, (_COOL_SUMMER, _WARM_SUMMER), (1 - _LESS, 1.0)))
    slope = min(more * load_parameters(profile)["cool"], steepest)
    hot = usual_temperature(profile, _USUAL_YEAR) + climate.day
    design = float(_warmth(profile, hot, usual_dew_point(profile, _USUAL_YEAR)).max())
    return slope, min(_COOLING, _RESERVE * slope * max(1.0, design))


def heating_share(profile: SiteProfile, felt: Floats) -> Floats:
    """Return the share for heating at temperatures *felt*: fans, pumps and heaters."""
    parameters = load_parameters(profile)
    cold = np.maximum(0.0, parameters["cold"] - felt)
    heating = limited(parameters["heat"] * cold, _most_heating(parameters))
    return _FANS * heating if has_heat_pump(profile) else heating


def _most_heating(parameters: Mapping[str, float]) -> float:
    return _HEATING * (1 + parameters["night"]) / 2


def heaters_electricity(profile: SiteProfile, span: float) -> float:
    """Return the electricity of heaters in kWh per step and kelvin, *span* kelvin below."""
    if has_heat_pump(profile):
        return 0.0
    parameters = load_parameters(profile)
    most = _most_heating(parameters)
    heating = most * math.tanh(parameters["heat"] * span / most)
    return (1 - _FANS) * heating / span * day_level(profile)


@lru_cache(maxsize=512)
def day_level(profile: SiteProfile) -> float:
    """Return the use of a full day, in kWh per step, of which other uses are shares.

    The heat pump is part of the yearly use, but not of this level.
    """
    usual = mean_electricity(profile)
    return max(usual / 2, usual - usual_pump_electricity(profile)) / _usual(profile)


_USUAL_YEAR = np.arange(19_358, 19_723, dtype=np.int64)
"""The days of 2023."""


class _UsualLevel(NamedTuple):
    """Approximate means of a year: *other* is the level without heating and cooling.

    *gate* is the share of heating and cooling that runs, *free* the factor of vacations.
    """

    other: float
    gate: float
    free: float


@lru_cache(maxsize=512)
def _usual_level(profile: SiteProfile) -> _UsualLevel:
    parameters = load_parameters(profile)
    off = float(vacation(profile, _USUAL_YEAR).mean())
    running = usual_running(profile) * (1 - off * parameters["vacation"])
    # Sleeping people count less, so people and systems are about equally active.
    people = running if parameters["asleep"] > 0 else mean_presence(profile)
    activity = parameters["keep"] * people + (1 - parameters["keep"]) * running
    return _UsualLevel(
        parameters["night"] + (1 - parameters["night"]) * activity + parameters["dark"] / 2,
        parameters["round"] + (1 - parameters["round"]) * running,
        1 - off * (1 - math.exp(-parameters["away"])),
    )


@lru_cache(maxsize=512)
def _usual(profile: SiteProfile) -> float:
    """Return the approximate mean of the level, to scale it to the yearly use per m2."""
    year = usual_temperature(profile, _USUAL_YEAR)
    dew = usual_dew_point(profile, _USUAL_YEAR)
    conditioning = float(cooling_share(profile, year, dew).mean())
    conditioning += float(heating_share(profile, year).mean())
    usual = _usual_level(profile)
    return (usual.other + conditioning * usual.gate) * usual.free
