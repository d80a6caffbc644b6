"""Weather of a place, shared by its sites: temperature, clouds and dew point."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.domain.buildings import Climate, climate_at, monthly_sky_at
from mockapi.timeseries.block_cache import cached_by_place, cached_days
from mockapi.timeseries.intervals import STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.models.changes import temperature_offset
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Floats, Steps, catmull_rom
from mockapi.timeseries.models.regional_noise import Spot, local_noise, regional_noise
from mockapi.timeseries.time_axis import Axis, year_days

_HALF_YEAR = 182.6
_MONTH = 365.25 / 12
_LONGEST_YEAR = 366
_CLOUDS_DAMP_DAYS = 0.22

_SUNNY = math.log(0.4 / 0.6)
"""Logit of the usual cloudiness below which clouds vary more by hours; judgement."""

_LEAST_DEPRESSION = 1.0
"""Least distance of the usual dew point from the usual temperature, in K; judgement."""

_DRY_AIR = 15.0
"""Distance of the dew point from the temperature, in K, from which it varies equally; judgement."""

_WARMEST_SEA, _VARIABLE, _STEADIEST = 30.0, 25.0, 0.35
"""Dew point in degC that air hardly passes, the kelvins below it from which the dew point changes
as much as the temperature, and its least change as a share of that; judgement."""


@dataclass(frozen=True)
class Sky(Spot):
    """Place of a weather: rounded coordinates in degrees, elevation in m."""

    elevation: float

    @classmethod
    def over(cls, profile: SiteProfile) -> "Sky":
        """Return the sky of a site. Sites within some kilometers share it."""
        height = round(profile.elevation / 50) * 50.0
        return cls(profile.seed, round(profile.latitude, 1), round(profile.longitude, 1), height)


def temperature(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the outdoor temperature in degC at the start of each step, shape (count,)."""
    usual = _weather(Sky.over(profile), axis, 0)
    return usual + temperature_offset(profile, axis.steps) if profile.changes else usual


def cloud(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the cloudiness of each step, from 0 (clear) to 1 (overcast), shape (count,)."""
    return _weather(Sky.over(profile), axis, 1)


def dew_point(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the dew point in degC of each step, never above the temperature, shape (count,)."""
    return _weather(Sky.over(profile), axis, 2)


def daily_weather(profile: SiteProfile, days: Steps) -> tuple[Floats, Floats]:
    """Return the mean temperature in degC and the clouds, as noise of deviation 1, of *days*.

    *days* are consecutive. Single clouds are left out, so it is fast to compute.
    """
    mean, veil = _days(Sky.over(profile), int(days[0]), len(days))
    if profile.changes:
        first = int(days[0]) * STEPS_PER_DAY - round(profile.longitude / 360 * STEPS_PER_DAY)
        hours = first + np.arange(len(days) * 24, dtype=np.int64) * STEPS_PER_HOUR
        warmer = np.broadcast_to(temperature_offset(profile, hours), hours.shape)
        mean = mean + warmer.reshape(-1, 24).mean(axis=1)
    return mean, veil


@cached_days
def _days(sky: Sky, first: int, count: int) -> Floats:
    """Return mean temperature and clouds of *count* days, shape (2, count)."""
    climate, mean, wave = climate_of(sky)
    days = np.arange(first, first + count, dtype=np.float64) - sky.longitude / 360
    instants = (days[:, np.newaxis] + (np.arange(4) + 0.5) / 4).ravel()
    system = regional_noise(sky, "system", instants * 4, climate.day_memory**0.25)
    fast = regional_noise(sky, "fast", instants * 12, climate.hour_memory**2)
    moving = 0.9 * climate.day * system + 0.8 * climate.hour * fast
    veil = regional_noise(sky, "cloud", (days + 0.5) * 3, 0.42 ** (1 / 3))
    annual = mean + wave * _season(sky, climate, days + 0.5)
    usual = _usual_clouds(sky, days + 0.5)
    clear = _warmth_of_clear_sky(sky, usual - _cloudiness(usual, veil, 0.0), annual)
    return np.stack((annual + climate.day * clear + moving.reshape(-1, 4).mean(axis=1), veil))


def usual_temperature(profile: SiteProfile, days: Steps) -> Floats:
    """Return the usual temperature in degC of each of *days*: the annual wave only."""
    sky = Sky.over(profile)
    climate, mean, wave = climate_of(sky)
    return mean + wave * _season(sky, climate, days.astype(np.float64))


def usual_dew_point(profile: SiteProfile, days: Steps) -> Floats:
    """Return the usual dew point in degC of each of *days*: the course of a year only."""
    annual = usual_temperature(profile, days)
    return annual - _usual_depression(Sky.over(profile), days.astype(np.float64), annual)


@lru_cache(maxsize=512)
def extreme_days(profile: SiteProfile) -> tuple[float, float]:
    """Return the daily means in degC that the coldest and the warmest days hardly pass."""
    climate, mean, wave = climate_of(Sky.over(profile))
    reach = wave + 3 * climate.day
    return mean - reach, mean + reach


@lru_cache(maxsize=512)
def climate_of(sky: Sky) -> tuple[Climate, float, float]:
    """Return the climate under *sky* with its annual mean and amplitude in degC."""
    return climate_at(sky.latitude, sky.longitude, sky.elevation)


def _weather(sky: Sky, axis: Axis, figure: int) -> Floats:
    result: Floats = _steps(sky, axis.first, axis.count)[figure]
    return result


@cached_by_place
def _steps(sky: Sky, first: int, count: int) -> Floats:
    """Return the weather of *count* steps, shape (3, count), interpolated from hours."""
    begin, end = first // STEPS_PER_HOUR, -(-(first + count) // STEPS_PER_HOUR)
    hours = _hours(sky, begin, end + 1)[:, :, np.newaxis]
    part = np.arange(STEPS_PER_HOUR) / STEPS_PER_HOUR
    joined: Floats = (hours[:, :-1] + (hours[:, 1:] - hours[:, :-1]) * part).reshape(3, -1)
    return joined[:, first - begin * STEPS_PER_HOUR :][:, :count]


def _hours(sky: Sky, begin: int, end: int) -> Floats:
    """Return temperature, clouds and dew point of the hours [*begin*, *end*) since 1970."""
    climate, mean, wave = climate_of(sky)
    days = np.arange(begin, end) / 24
    annual = mean + wave * _season(sky, climate, days)
    system = regional_noise(sky, "system", days * 4, climate.day_memory**0.25)
    fast = regional_noise(sky, "fast", days * 12, climate.hour_memory**2)
    veil = regional_noise(sky, "cloud", days * 3, 0.42 ** (1 / 3))
    puffs = local_noise(sky, "puffs", days * 24, 0.3)
    usual = _usual_clouds(sky, days)
    clouds = _cloudiness(usual, veil, puffs)
    solar_hour = (days % 1) * 24 + sky.longitude / 15
    sun = np.cos((solar_hour - climate.peak_hour) * (math.pi / 12))
    clear = usual - clouds
    warmth = 0.9 * system + _warmth_of_clear_sky(sky, clear, annual)
    # The daily range of clear days is larger.
    swing = climate.diurnal * (1 + _CLOUDS_DAMP_DAYS * (1 - 2 * clouds))
    moving = climate.day * warmth + 0.8 * climate.hour * fast
    outdoor = annual + moving + swing * sun
    outdoor -= climate.storm * np.maximum(0.0, puffs - 0.8) * np.maximum(0.0, sun + 0.2)
    moist = regional_noise(sky, "moist", days * 3, 0.6)
    depression = _usual_depression(sky, days, annual)
    drier = (1 + 0.5 * clear) * np.exp(0.3 * moist - 0.04) - 1
    changed = moving - np.minimum(depression, _DRY_AIR) * drier
    steady = np.clip((_WARMEST_SEA - annual + depression) / _VARIABLE, _STEADIEST, 1.0)
    dew = annual - depression + steady * changed
    return np.stack((outdoor, clouds, np.minimum(dew, outdoor)))


def _usual_depression(sky: Sky, days: Floats, annual: Floats) -> Floats:
    """Return by how many kelvin the usual dew point lies below the usual temperature *annual*."""
    dew = _interpolated(days, lambda whole: _courses(sky)[1][year_days(whole) - 1])
    return np.maximum(annual - dew, _LEAST_DEPRESSION)


def _usual_clouds(sky: Sky, days: Floats) -> Floats:
    """Return the usual cloudiness at *days*, from 0 to 1."""
    return _interpolated(days, lambda whole: _courses(sky)[0][year_days(whole) - 1])


@lru_cache(maxsize=512)
def _courses(sky: Sky) -> tuple[Floats, Floats]:
    """Return the usual clouds and dew point of each day of a year, shape (366,)."""
    clouds, dew = monthly_sky_at(sky.latitude, sky.longitude, sky.elevation)
    return np.clip(course_of_year(clouds), 0.03, 0.97), course_of_year(dew)


def course_of_year(months: Sequence[float]) -> Floats:
    """Return a value of each day of a year, shape (366,).

    The course is smooth and periodic, and has the values of *months*, January to December, in the
    middle of each month.
    """
    position: Floats = (np.arange(_LONGEST_YEAR, dtype=np.float64) + 0.5) / _MONTH - 0.5
    around = np.array([*months[-2:], *months, *months[:3]], np.float64)
    return catmull_rom(around, -2, position)


def _season(sky: Sky, climate: Climate, days: Floats) -> Floats:
    """Return the yearly wave at *days* since 1970: 1 on the warmest day."""
    peak = climate.peak_day + (_HALF_YEAR if sky.latitude < 0 else 0.0)
    return _interpolated(
        days, lambda whole: np.cos((year_days(whole) - peak) * (2 * math.pi / 365.25))
    )


def _interpolated(days: Floats, of_days: Callable[[Steps], Floats]) -> Floats:
    """Return the values *of_days* at ascending *days*, linear between whole days."""
    whole = np.arange(math.floor(days[0]), math.floor(days[-1]) + 2, dtype=np.int64)
    values: Floats = np.interp(days, whole.astype(np.float64), of_days(whole))
    return values


def _warmth_of_clear_sky(sky: Sky, clear: Floats, annual: Floats) -> Floats:
    """Return by how much clear days are warmer in summer and colder in winter."""
    _, mean, wave = climate_of(sky)
    return 0.55 * clear * (annual - mean) / max(4.0, wave)


def _cloudiness(usual: Floats, veil: Floats, puffs: Floats | float) -> Floats:
    """Return the cloudiness around its *usual* value, which is its mean."""
    middle = np.log(usual / (1 - usual))
    # In dry places more hours are clear or cloudy and fewer in between.
    by_hour = 0.7 + np.maximum(0.0, _SUNNY - middle)
    # A wider distribution needs a middle farther from one half to have the same mean.
    farther = 0.955 * np.sqrt(1 + math.pi / 8 * (1.8 * 1.8 + by_hour * by_hour))
    clouds: Floats = 1 / (1 + np.exp(-farther * middle - 1.8 * veil - by_hour * puffs))
    return clouds
