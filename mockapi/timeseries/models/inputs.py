"""Inputs of the models: site profile, demand of the building type, and fuels."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from mockapi.domain.buildings import model_parameters
from mockapi.resources import DATA
from mockapi.timeseries.models.noise import key

Range = tuple[float, float]


class Demand(BaseModel):
    """Demand of one building type, with the units of the data file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    heat: Range
    hot_water: Range
    process: Range
    reheat: Range = (0.0, 0.0)
    setback: Range
    cool: Range
    machines: float = 0.0
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
    humidified: float = 0.0
    critical: Range
    taps: tuple[float, ...] = ()


class Fuel(BaseModel):
    """Energy content of a cubic meter of a fuel, and properties of its use."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    energy: float
    conversion: float
    hot_water: float
    standing: Range
    circulation: Range
    burner: bool
    heats: bool = True
    cools: bool = False
    pulses: tuple[float, ...]


@cache
def demands() -> Mapping[str, Demand]:
    """Return the demands by building type, read once."""
    return TypeAdapter(dict[str, Demand]).validate_python(model_parameters("demand"))


@cache
def fuels() -> Mapping[str, Fuel]:
    """Return the fuels by usage, read once."""
    data = tomllib.loads((DATA / "fuels.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, Fuel]).validate_python(data["fuel"])


Changing = Literal["people", "hours", "warmth", "electricity", "fuel", "cooling", "water", "waste"]


@dataclass(frozen=True)
class Change:
    """A change of a site from step *first* to below *end*, if it ends.

    *amount* is in kelvin for `warmth`, the outdoor temperature, and in hours for `hours`, by which
    the site closes later. Otherwise it is a factor of the number of people or of the use; `fuel`
    includes chilled water. Steps count from 1970.
    """

    what: Changing
    first: int
    end: int | None
    amount: float


@dataclass(frozen=True)
class SiteProfile:
    """A site as input of the models.

    *area* is the gross area in m2, *elevation* in m, coordinates in degrees (north and east),
    *state* the state or province by name or code, *weekly_hours* the operating hours per week,
    *solar_kwp* the peak power of the panels in kW, *usages* those of the site's meters in order, on
    which others depend.
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
    state: str = ""
    usages: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def __hash__(self) -> int:
        """Return a hash of the fields that differ between sites, because hashing must be fast."""
        return hash((self.seed, self.site_id))

    @property
    def heat_sources(self) -> tuple[str, ...]:
        """Return the usages of the site's meters that heat it."""
        return tuple(each for each in self.usages if each in fuels() and fuels()[each].heats)

    @property
    def south(self) -> bool:
        """Return True if the site is in the southern hemisphere."""
        return self.latitude < 0


class PeriodTotal(NamedTuple):
    """Total of the steps from *first* (inclusive) to *end* (exclusive)."""

    total: float
    first: int
    end: int


@dataclass(frozen=True)
class MeterModel:
    """Model of a measurement of a meter; *usage* and *measurement* as in the catalog.

    *resolution* is the smallest difference that the meter shows, in the measurement's unit; None
    for the default of the model. *yearly* is the total of a usual year of the meter's first
    measurement, in its unit, or that of a period; None for the level of such a building.
    """

    profile: SiteProfile
    meter_id: str
    usage: str
    measurement: str
    resolution: float | None = None
    yearly: float | PeriodTotal | None = None


def meter_key(channel: MeterModel, name: str) -> int:
    """Return the key of a draw of the channel's meter."""
    return key(channel.profile.seed, channel.profile.site_id, channel.meter_id, name)


@dataclass(frozen=True)
class SubmeterModel:
    """One of the *parts*, by meter and share, of the readings of *main*, which may be one too.

    *resolution* is that of the meter; None for that of *main*.
    """

    main: "MeterModel | SubmeterModel"
    parts: tuple[tuple[str, float], ...]
    number: int
    resolution: float | None = None

    @property
    def meter_id(self) -> str:
        """Return the id of the meter that measures the part."""
        return self.parts[self.number][0]

    @property
    def profile(self) -> SiteProfile:
        return self.main.profile
