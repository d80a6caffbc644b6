"""Reads the presets of meters: which usages a name stands for."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.resources import DATA

USUAL = "usual"


class Preset(BaseModel):
    """A set of meters: usages listed here, or taken from elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    about: str
    usages: tuple[str, ...] = ()
    takes: Literal["building", "catalog"] | None = None

    @model_validator(mode="after")
    def _meter_something(self) -> Self:
        if bool(self.usages) == (self.takes is not None):
            raise ValueError("state either `usages` or `takes`")
        return self


@cache
def presets() -> Mapping[str, Preset]:
    """Return the presets by name, read once."""
    data = tomllib.loads((DATA / "presets.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, Preset]).validate_python(data)


@cache
def usages_of(preset: str, building: str | None) -> tuple[str, ...]:
    """Return the usages that *preset* meters in a *building*; none usual ones without a type."""
    found = presets()[preset]
    if found.takes == "building":
        return building_types()[building].usages if building is not None else ()
    if found.takes == "catalog":
        return tuple(usage for each in catalog().commodity for usage in each.usages)
    return found.usages
