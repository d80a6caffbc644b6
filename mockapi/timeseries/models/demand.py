"""Reads what buildings of each type ask of their services, and what fuels are: data, not code."""

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from mockapi.domain.buildings import model_parameters
from mockapi.resources import DATA

Range = tuple[float, float]


class Demand(BaseModel):
    """What one type of building asks for; the units stand in the data file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    heat: Range
    hot_water: Range
    process: Range
    setback: Range
    cool: Range
    water: Range
    garden: float
    tower: float
    waste: Range
    diverted: Range
    pickups: tuple[int, int]
    recycling: tuple[int, int]
    room: Range
    air: Range
    breath: float
    generator: float
    taps: tuple[float, ...] = ()


class Fuel(BaseModel):
    """What a cubic meter of a fuel holds, and how the fuel is used."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    energy: float
    conversion: float
    hot_water: float
    standing: Range
    circulation: Range
    burner: bool
    pulses: tuple[float, ...]


@cache
def demands() -> Mapping[str, Demand]:
    """Return the demands by type of building, read once."""
    return TypeAdapter(dict[str, Demand]).validate_python(model_parameters("demand"))


@cache
def fuels() -> Mapping[str, Fuel]:
    """Return the fuels by their usage, read once."""
    data = tomllib.loads((DATA / "fuels.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, Fuel]).validate_python(data["fuel"])
