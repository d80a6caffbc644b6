"""Reads the climates and where they lie, and says which climate a place has."""

import math
import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA

_NEIGHBOURS = 3
_NEAR = 0.5  # degrees: a station as near as this has the say alone
_LAPSE = 0.0060  # K colder a metre higher


class Climate(BaseModel):
    """How the weather of a region moves; temperatures in K, days of the year, local hours."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    peak_day: float
    diurnal: float
    peak_hour: float
    day: float
    day_memory: float
    hour: float
    hour_memory: float
    cloud: float
    spread: float
    storm: float = 0.0


class Station(BaseModel):
    """A place with known means: *at* latitude and longitude, *mean* and *amplitude* in degC."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    at: tuple[float, float]
    elevation: float
    climate: str
    mean: float
    amplitude: float


class Climates(BaseModel):
    """All climates and stations by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    climate: Mapping[str, Climate]
    stations: Mapping[str, Station]


@cache
def climates() -> Climates:
    """Return the climates, read once."""
    return Climates.model_validate(tomllib.loads((DATA / "climates.toml").read_text("utf-8")))


def climate_at(latitude: float, longitude: float, elevation: float) -> tuple[Climate, float, float]:
    """Return the climate of a place with its annual mean and amplitude there, in degC.

    The nearest station gives the climate; the nearest three of its hemisphere, weighted by
    distance and brought to *elevation*, give mean and amplitude.
    """
    known = sorted(
        (_degrees(latitude, longitude, *each.at), name, each)
        for name, each in climates().stations.items()
        if (each.at[0] < 0) == (latitude < 0)
    )
    near = known[:_NEIGHBOURS]
    weights = [1 / max(distance, _NEAR) ** 3 for distance, _, _ in near]
    total = sum(weights)
    mean = sum(
        weight * (each.mean - _LAPSE * (elevation - each.elevation))
        for weight, (_, _, each) in zip(weights, near, strict=True)
    )
    wave = sum(weight * each.amplitude for weight, (_, _, each) in zip(weights, near, strict=True))
    return climates().climate[near[0][2].climate], mean / total, wave / total


def _degrees(latitude: float, longitude: float, north: float, east: float) -> float:
    across = (longitude - east + 180) % 360 - 180
    return math.hypot(latitude - north, across * math.cos(math.radians(latitude)))
