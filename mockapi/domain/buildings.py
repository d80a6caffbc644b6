"""Building types, climates and places, from data files."""

import csv
import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from mockapi.resources import DATA

_NEAREST_STATIONS = 3
_MIN_DISTANCE = 0.5  # degrees: a station within this distance dominates
_LAPSE_RATE = 0.0060  # K per metre of elevation

ModelTable = Literal["demand", "occupancy", "electricity"]
_MODEL_TABLES = frozenset(get_args(ModelTable))


class Climate(BaseModel):
    """Parameters of the weather in a region; temperatures in K, days of the year, local hours."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    peak_day: float
    diurnal: float
    peak_hour: float
    day: float
    day_memory: float
    hour: float
    hour_memory: float
    storm: float = 0.0


Months = Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]
"""A value of each month, January to December."""


class Station(BaseModel):
    """A weather station: *at* latitude and longitude, annual *mean* and *amplitude* in degC.

    *clouds* are the monthly means in %, *dew* those of the dew point in degC.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    at: tuple[float, float]
    elevation: float
    climate: str
    mean: float
    amplitude: float
    clouds: Months
    dew: Months


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
    """Return the climate of a place, with its annual mean and amplitude in degC.

    The nearest station gives the climate; the nearest three of its hemisphere, weighted by
    distance and brought to *elevation*, give mean and amplitude.
    """
    near = _near_stations(latitude, longitude)
    mean = sum(share * (each.mean + _lapse(each, elevation)) for share, each in near)
    wave = sum(share * each.amplitude for share, each in near)
    return climates().climate[near[0][1].climate], mean, wave


def monthly_sky_at(
    latitude: float, longitude: float, elevation: float
) -> tuple[list[float], list[float]]:
    """Return the mean cloudiness (0 to 1) and dew point in degC of each month at a place.

    Weighted and brought to *elevation* as the temperature of `climate_at`.
    """
    near = _near_stations(latitude, longitude)
    clouds = [sum(share * each.clouds[month] / 100 for share, each in near) for month in range(12)]
    dew = [
        sum(share * (each.dew[month] + _lapse(each, elevation)) for share, each in near)
        for month in range(12)
    ]
    return clouds, dew


@lru_cache(maxsize=512)
def _near_stations(latitude: float, longitude: float) -> Sequence[tuple[float, Station]]:
    """Return the nearest stations of the hemisphere, nearest first, with shares that sum to 1."""
    known = sorted(
        (_degrees(latitude, longitude, *each.at), name, each)
        for name, each in climates().stations.items()
        if (each.at[0] < 0) == (latitude < 0)
    )
    near = known[:_NEAREST_STATIONS]
    weights = [1 / max(distance, _MIN_DISTANCE) ** 3 for distance, _, _ in near]
    total = sum(weights)
    return tuple((weight / total, each) for weight, (_, _, each) in zip(weights, near, strict=True))


def _lapse(station: Station, elevation: float) -> float:
    """Return the kelvin to add to the temperature and the dew point of *station* at *elevation*."""
    return _LAPSE_RATE * (station.elevation - elevation)


def _degrees(latitude: float, longitude: float, north: float, east: float) -> float:
    across = (longitude - east + 180) % 360 - 180
    return math.hypot(latitude - north, across * math.cos(math.radians(latitude)))


class Band(BaseModel):
    """The 5 % and 95 % quantiles of the annual use per m2 of the buildings of a type."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    low: float
    high: float
    source: str


class BuildingType(BaseModel):
    """The archetype for generated sites; areas in m2, times in hours."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    type: str
    label: str
    area: tuple[int, int]
    occupants: float
    visitors: float
    visitor_days: int
    visit_hours: float
    weekly_hours: int
    open: tuple[float, float]
    weekend: float
    year: Mapping[str, float]
    intensity: Mapping[str, Band]
    usages: tuple[str, ...]


class Place(BaseModel):
    """A city for generated sites.

    WGS 84 coordinates in degrees, elevation in m, IANA time zone, and the Faker locale for
    streets and names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    city: str
    country: str
    state: str
    latitude: float
    longitude: float
    elevation: float
    timezone: str
    locale: str


@cache
def _building_tables() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((DATA / "buildings.toml").read_text("utf-8"))


@cache
def building_types() -> Mapping[str, BuildingType]:
    """Return the building types by name, read once."""
    facts = {
        name: {key: value for key, value in table.items() if key not in _MODEL_TABLES}
        for name, table in _building_tables().items()
    }
    return TypeAdapter(dict[str, BuildingType]).validate_python(facts)


def model_parameters(model: ModelTable) -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters of *model* by building type, for types that have them."""
    tables = _building_tables()
    return {name: table[model] for name, table in tables.items() if model in table}


@cache
def places() -> Mapping[str, Place]:
    """Return the places by city, read once."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as lines:
        listed = TypeAdapter(list[Place]).validate_python(list(csv.DictReader(lines)))
    return {place.city: place for place in listed}
