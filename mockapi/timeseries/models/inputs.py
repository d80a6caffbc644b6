"""Inputs of models: a site, its changes, and one measurement of one meter."""

from dataclasses import dataclass
from typing import Literal

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

    facts: SiteProfile
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
