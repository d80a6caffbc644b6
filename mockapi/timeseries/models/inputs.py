"""What the models of a site depend on: its profile and the demand of its type."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

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


Changing = Literal["people", "warmth", "electricity", "fuel", "water"]


@dataclass(frozen=True)
class Change:
    """Something about a site that is otherwise from a step on, to below *end* if it ends.

    *amount* is in kelvin for `warmth`, which is the weather's; else a factor: of how many people
    come, or of what the site takes of something. Steps count from 1970.
    """

    what: Changing
    first: int
    end: int | None
    amount: float


@dataclass(frozen=True)
class SiteProfile:
    """A site as its meters know it.

    *area* is the gross area in m2, *elevation* in m, coordinates in degrees (north and east),
    *weekly_hours* the operating hours a week, *solar_kwp* the panels' peak power in kW. *changes*
    are what happens to it.
    """

    seed: int
    site_id: str
    building: str
    area: int
    latitude: float
    longitude: float
    elevation: float
    timezone: str
    country: str
    occupants: int
    visitors_per_day: int
    weekly_hours: int
    solar_kwp: float = 0.0
    changes: tuple[Change, ...] = ()

    def __hash__(self) -> int:
        """Return the hash of what differs between sites: thousands are looked up for an answer."""
        return hash((self.seed, self.site_id))

    @property
    def south(self) -> bool:
        """Whether seasons are those of the southern hemisphere."""
        return self.latitude < 0


@dataclass(frozen=True)
class MeterModel:
    """A measurement of a meter; *usage* and *measurement* in the catalog's spelling.

    *resolution* is the smallest difference that the meter shows, in the measurement's unit; the
    model's own if None.
    """

    profile: SiteProfile
    meter_id: str
    usage: str
    measurement: str
    resolution: float | None = None


@dataclass(frozen=True)
class SubmeterModel:
    """One of the *parts*, by name and share, that a *main* meter's readings are divided among."""

    main: MeterModel
    parts: tuple[tuple[str, float], ...]
    number: int
