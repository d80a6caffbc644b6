"""Makes the weather of a place: temperature, clouds and dew point, shared by all who stand there.

The noise is a field over the globe, woven from the corners of a grid: sites of one place have
the same weather to the bit, neighbours nearly the same, and far places have nothing in common.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.domain.climates import Climate, climate_at
from mockapi.series.axis import Axis, year_days
from mockapi.series.blocks import weather
from mockapi.series.changes import warmth
from mockapi.series.noise import (
    Floats,
    Steps,
    key,
    lattice,
    memory,
    nodes,
    normal,
    persist,
    through,
)
from mockapi.series.noise import before as with_past
from mockapi.series.place import SiteFacts
from mockapi.series.steps import STEPS_AN_HOUR

_GRID = 4.0
"""Degrees between the corners of the field: weather systems are a few hundred kilometres wide."""

_HALF_YEAR = 182.6
_CLOUDS_DAMP_DAYS = 0.22


@dataclass(frozen=True)
class Sky:
    """A place as the weather sees it: rounded coordinates in degrees, elevation in m."""

    seed: int
    latitude: float
    longitude: float
    elevation: float

    @classmethod
    def over(cls, facts: SiteFacts) -> "Sky":
        """Return the sky over a site, one for all sites within some kilometres."""
        height = round(facts.elevation / 50) * 50.0
        return cls(facts.seed, round(facts.latitude, 1), round(facts.longitude, 1), height)


def temperature(facts: SiteFacts, axis: Axis) -> Floats:
    """Return the outdoor temperature in degC at the beginning of each step, shape (count,)."""
    usual = _weather(Sky.over(facts), axis, 0)
    return usual + warmth(facts, axis) if facts.changes else usual


def cloud(facts: SiteFacts, axis: Axis) -> Floats:
    """Return the cloudiness of each step, from 0 (clear) to 1 (overcast), shape (count,)."""
    return _weather(Sky.over(facts), axis, 1)


def dew_point(facts: SiteFacts, axis: Axis) -> Floats:
    """Return the dew point in degC of each step, never above the temperature, shape (count,)."""
    return _weather(Sky.over(facts), axis, 2)


@lru_cache(maxsize=512)
def climate_of(sky: Sky) -> tuple[Climate, float, float]:
    """Return the climate under *sky* with its annual mean and amplitude in degC."""
    return climate_at(sky.latitude, sky.longitude, sky.elevation)


def _weather(sky: Sky, axis: Axis, figure: int) -> Floats:
    told: Floats = _steps(sky, axis.first, axis.count)[figure]
    return told


@weather
def _steps(sky: Sky, first: int, count: int) -> Floats:
    """Return the weather of *count* steps, shape (3, count): that of hours, joined by lines."""
    begin, end = first // STEPS_AN_HOUR, -(-(first + count) // STEPS_AN_HOUR)
    hours = _hours(sky, begin, end + 1)[:, :, np.newaxis]
    part = np.arange(STEPS_AN_HOUR) / STEPS_AN_HOUR
    joined: Floats = (hours[:, :-1] + (hours[:, 1:] - hours[:, :-1]) * part).reshape(3, -1)
    return joined[:, first - begin * STEPS_AN_HOUR :][:, :count]


def _hours(sky: Sky, begin: int, end: int) -> Floats:
    """Return temperature, clouds and dew point of the hours [*begin*, *end*) since the epoch."""
    climate, mean, wave = climate_of(sky)
    days = np.arange(begin, end) / 24
    annual = mean + wave * _season(sky, climate, days)
    system = _field(sky, "system", days * 4, climate.day_memory**0.25)
    fast = _field(sky, "fast", days * 12, climate.hour_memory**2)
    veil = _field(sky, "cloud", days * 3, 0.42 ** (1 / 3))
    puffs = _local(sky, "puffs", days * 24, 0.3)
    clouds = _cloudiness(climate, veil, puffs)
    solar_hour = (days % 1) * 24 + sky.longitude / 15
    sun = np.cos((solar_hour - climate.peak_hour) * (math.pi / 12))
    # Clear days are warm in summer and cold in winter; they also swing more.
    clear = 0.5 - clouds
    warmth = 0.9 * system + 0.55 * clear * (annual - mean) / max(4.0, wave)
    swing = climate.diurnal * (1 + 2 * _CLOUDS_DAMP_DAYS * clear)
    moving = climate.day * warmth + 0.8 * climate.hour * fast
    outdoor = annual + moving + swing * sun
    outdoor -= climate.storm * np.maximum(0.0, puffs - 0.8) * np.maximum(0.0, sun + 0.2)
    moist = _field(sky, "moist", days * 3, 0.6)
    depression = climate.spread * (1 + 0.5 * clear) * np.exp(0.3 * moist)
    dew = np.minimum(annual + moving - 0.4 * swing - depression + 0.5 * climate.spread, outdoor)
    return np.stack((outdoor, clouds, dew))


def _season(sky: Sky, climate: Climate, days: Floats) -> Floats:
    """Return the wave of the year at *days* since the epoch: 1 on the warmest day."""
    whole = np.arange(math.floor(days[0]), math.floor(days[-1]) + 2, dtype=np.int64)
    peak = climate.peak_day + (_HALF_YEAR if sky.latitude < 0 else 0.0)
    wave = np.cos((year_days(whole) - peak) * (2 * math.pi / 365.25))
    season: Floats = np.interp(days, whole.astype(np.float64), wave)
    return season


def _cloudiness(climate: Climate, veil: Floats, puffs: Floats) -> Floats:
    middle = math.log(climate.cloud / (1 - climate.cloud))
    clouds: Floats = 1 / (1 + np.exp(-1.3 * middle - 1.8 * veil - 0.7 * puffs))
    return clouds


def _field(sky: Sky, name: str, position: Floats, phi: float) -> Floats:
    """Return smooth noise of deviation 1 over *position*, persistent by *phi* a whole number."""
    at = nodes(position)
    white = _white(sky, name, with_past(at, memory(phi)))
    return through(persist(white, phi), int(at[0]), position)


def _local(sky: Sky, name: str, position: Floats, phi: float) -> Floats:
    """Return such noise that is the matter of one corner: single clouds do not reach another's."""
    corner = round(sky.latitude / _GRID), round(sky.longitude / _GRID) % round(360 / _GRID)
    return lattice(key(sky.seed, "weather", name, *corner), position, phi)


def _white(sky: Sky, name: str, steps: Steps) -> Floats:
    """Return white noise of deviation 1 that changes smoothly from place to place."""
    north, east = sky.latitude / _GRID, sky.longitude / _GRID
    south, west = math.floor(north), math.floor(east)
    up, right = north - south, east - west
    columns = round(360 / _GRID)
    corners = [
        (share * part, key(sky.seed, "weather", name, row, column % columns))
        for row, share in ((south, 1 - up), (south + 1, up))
        for column, part in ((west, 1 - right), (west + 1, right))
    ]
    drawn = normal(np.array([[corner] for _, corner in corners], np.uint64), steps)
    power = math.sqrt(sum(weight * weight for weight, _ in corners))
    (a, b, c, d), (first, second, third, fourth) = [weight / power for weight, _ in corners], drawn
    mixed: Floats = a * first + b * second + c * third + d * fourth
    return mixed
