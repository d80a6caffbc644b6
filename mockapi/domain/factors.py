"""Factors and benchmarks for scores, with their sources."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from mockapi.domain.scores import ScoreCategory
from mockapi.resources import DATA

OTHER = "other"
_WORLD = "world"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Factor(_Data):
    """A number with its source and the version of the source."""

    value: float
    source: str
    version: str


class Role(StrEnum):
    """The quantity that the meters of a usage contribute to."""

    ELECTRICITY = "electricity"
    FUEL = "fuel"
    WATER = "water"
    RECLAIMED = "reclaimed"
    GENERATED = "generated"
    DIVERTED = "diverted"
    AIR = "air"
    RAW_AIR = "rawAir"


ENERGY = frozenset({Role.ELECTRICITY, Role.FUEL})
AIR = frozenset({Role.AIR, Role.RAW_AIR})


class UsageFactors(_Data):
    """The factors of a usage.

    *source* is kWh of source energy per kWh, *emissions* kg of CO2 per kWh, and *energy* kWh per
    m3 by meaning of the m3; *metered* is the meaning for meters of mockapi.
    """

    role: Role
    source: Factor | None = None
    emissions: Factor | Literal["grid"] | None = None
    energy: Mapping[str, Factor] = {}
    metered: str | None = None

    @model_validator(mode="after")
    def _check_role(self) -> Self:
        if (self.role in ENERGY) == (self.source is None or self.emissions is None):
            raise ValueError("`source` and `emissions` belong to electricity and fuels")
        if (self.role is Role.FUEL) != (self.metered in self.energy):
            raise ValueError("a fuel needs `energy`, and `metered` as one of its keys")
        return self


class Air(_Data):
    """The score of indoor CO2: linear interpolation between points of *ppm* and *score*."""

    source: str
    version: str
    ppm: tuple[float, ...]
    score: tuple[float, ...]


class Reference(_Data):
    """The reference values that are the same for all building types."""

    emissions: Factor
    trip: Factor
    electricity: Factor
    fuel: Factor


class Factors(_Data):
    """All factors, and the *version* of the data."""

    version: str
    points: Mapping[ScoreCategory, Factor]
    reference: Reference
    air: Air
    grid: Mapping[str, Factor]
    usage: Mapping[str, UsageFactors]

    def grid_of(self, country: str | None, state: str | None) -> Factor:
        """Return the emissions of the grid by state, country or worldwide, in kg of CO2 per kWh."""
        found = self.grid.get(f"{country}/{state}") or self.grid.get(country or _WORLD)
        return found or self.grid[_WORLD]


class Benchmark(_Data):
    """The reference values of a building type, per m2 and year or per occupant and day."""

    types: tuple[str, ...]
    energy: Factor
    water: Factor
    waste: Factor
    density: Factor
    hours: Factor


@cache
def factors() -> Factors:
    """Return the factors, read once."""
    return Factors.model_validate(tomllib.loads((DATA / "factors.toml").read_text("utf-8")))


@cache
def benchmarks() -> Mapping[str, Benchmark]:
    """Return the benchmarks by name, read once."""
    data = tomllib.loads((DATA / "benchmarks.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, Benchmark]).validate_python(data)


def benchmark_of(building_type: str) -> str:
    """Return the name of the benchmark for a site's `type`, or for the part before a colon."""
    by_type = {each: name for name, found in benchmarks().items() for each in found.types}
    text = building_type.strip().lower()
    return by_type.get(text) or by_type.get(text.partition(":")[0].strip()) or OTHER
