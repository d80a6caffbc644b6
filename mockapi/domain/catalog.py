"""The published catalog of commodities, units and usages, and meter presets."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from mockapi.domain.buildings import building_types
from mockapi.resources import DATA


class MeasurementType(BaseModel):
    """A measurement with its unit."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    measurement: str
    unit: str
    symbol: str | None = None

    @property
    def published_unit(self) -> str:
        # assumption: whether the name or the symbol of a unit travels is unknown; here the symbol,
        # where there is one.
        return self.symbol or self.unit


class SecondaryMeasurement(MeasurementType):
    """An additional measurement for some usages, at sites of at least *from_area* m2."""

    usages: tuple[str, ...]
    from_area: int = 0


class Commodity(MeasurementType):
    """A commodity, with the measurement of all its meters and its usages."""

    name: str
    panels: str | None = None
    usages: tuple[str, ...]
    secondary: tuple[SecondaryMeasurement, ...] = ()

    def channels(self, usage: str, area: int) -> tuple[MeasurementType, ...]:
        """Return the measurements of a meter of *usage* at a site of *area* m2, main one first."""
        others = (
            each for each in self.secondary if usage in each.usages and area >= each.from_area
        )
        return (self, *others)

    def is_secondary(self, measurement: str) -> bool:
        """Return True if *measurement* is a secondary one."""
        return any(each.measurement == measurement for each in self.secondary)


class Catalog(BaseModel):
    """All commodities, in the order published."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    commodity: tuple[Commodity, ...]

    @classmethod
    def load(cls) -> Self:
        return cls.model_validate(tomllib.loads((DATA / "catalog.toml").read_text("utf-8")))

    def has_solar_usage(self, usages: Iterable[str]) -> bool:
        """Return True if one of *usages* is solar generation."""
        return not self._solar_usages.isdisjoint(usages)

    def by_usage(self) -> Mapping[str, Commodity]:
        """Return the commodity of each usage."""
        return self._by_usage

    @cached_property
    def _solar_usages(self) -> frozenset[str | None]:
        return frozenset(each.panels for each in self.commodity)

    @cached_property
    def _by_usage(self) -> Mapping[str, Commodity]:
        return {usage: commodity for commodity in self.commodity for usage in commodity.usages}


@cache
def catalog() -> Catalog:
    """Return the catalog, read once."""
    return Catalog.load()


USUAL = "usual"


class Preset(BaseModel):
    """A set of meters: listed usages, or those of the building type or the catalog."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    about: str
    usages: tuple[str, ...] = ()
    takes: Literal["building", "catalog"] | None = None

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if bool(self.usages) == (self.takes is not None):
            raise ValueError("give either `usages` or `takes`")
        return self


@cache
def presets() -> Mapping[str, Preset]:
    """Return the presets by name, read once."""
    data = tomllib.loads((DATA / "presets.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, Preset]).validate_python(data)


@cache
def usages_of(preset: str, building: str | None) -> tuple[str, ...]:
    """Return the usages of *preset* in a *building*; none for the usual ones without a type."""
    found = presets()[preset]
    if found.takes == "building":
        return building_types()[building].usages if building is not None else ()
    if found.takes == "catalog":
        return tuple(usage for each in catalog().commodity for usage in each.usages)
    return found.usages
