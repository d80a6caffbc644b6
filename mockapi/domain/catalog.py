"""Reads the published catalog: which commodities are metered, in what unit, for which usage."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA


class Commodity(BaseModel):
    """Something that is metered, with its unit and its usages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    unit: str
    symbol: str | None = None
    measurement: str
    panels: str | None = None
    usages: tuple[str, ...]

    @property
    def unit_on_the_wire(self) -> str:
        # inferred: whether the name or the symbol of a unit travels is unknown; here the symbol,
        # where there is one.
        return self.symbol or self.unit


class Catalog(BaseModel):
    """All commodities, in the order published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    commodity: tuple[Commodity, ...]

    @classmethod
    def load(cls) -> Self:
        return cls.model_validate(tomllib.loads((DATA / "catalog.toml").read_text("utf-8")))

    def reads_panels(self, usages: Iterable[str]) -> bool:
        """Return whether a meter of one of *usages* stands behind solar panels."""
        return not {each.panels for each in self.commodity}.isdisjoint(usages)

    def by_usage(self) -> Mapping[str, Commodity]:
        """Return the one commodity that each usage belongs to."""
        return {usage: commodity for commodity in self.commodity for usage in commodity.usages}


@cache
def catalog() -> Catalog:
    """Return the catalog, read once."""
    return Catalog.load()
