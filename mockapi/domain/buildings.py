"""Reads what is known of building types and of places: data, not code."""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from mockapi.resources import DATA


class Band(BaseModel):
    """What 90 % of the buildings of a type use a year and m2: the 5 % and the 95 % quantile."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    low: float
    high: float
    source: str


class BuildingType(BaseModel):
    """The archetype a site is invented from; areas in m2, times in hours."""

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
    """A city that sites can stand in.

    WGS 84 coordinates in degrees, elevation in m, IANA time zone, and the Faker locale that
    invents streets and names there.
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
def building_types() -> Mapping[str, BuildingType]:
    """Return the building types by name, read once."""
    data = tomllib.loads((DATA / "buildings.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, BuildingType]).validate_python(data)


@cache
def places() -> Mapping[str, Place]:
    """Return the places by the name of their city, read once."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as lines:
        listed = TypeAdapter(list[Place]).validate_python(list(csv.DictReader(lines)))
    return {place.city: place for place in listed}
