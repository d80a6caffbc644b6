"""Draws what makes one building's use of electricity unlike another's."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from mockapi.domain.buildings import building_types
from mockapi.resources import DATA
from mockapi.series.noise import draw_normal, key
from mockapi.series.place import SiteFacts

_TENTH = 1.2816
"""Deviations between the median and the 90 % quantile."""

_WIDEST = 2.4
"""Deviations beyond which no building lies: beyond, levels double from one month to the next."""

_A_YEAR = 1.3
"""How much a year may differ from the yearly use that was drawn, as a factor: weather, causes."""

_NORMAL = NormalDist()
_LATENTS = ("variable", "scheduled", "smooth")
_Range = tuple[float, float]


class Styles(BaseModel):
    """Ranges of every parameter by building type, and what parameters have in common."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    transform: Mapping[str, tuple[str, ...]]
    together: Mapping[str, tuple[float, float, float]]
    typical: Mapping[str, _Range]
    __pydantic_extra__: dict[str, Mapping[str, _Range]]

    def ranges(self, building: str) -> Mapping[str, _Range]:
        """Return the range of each parameter for a building type."""
        return {**self.typical, **self.__pydantic_extra__.get(building, {})}


@cache
def styles() -> Styles:
    """Return the styles, read once."""
    return Styles.model_validate(tomllib.loads((DATA / "electricity.toml").read_text("utf-8")))


@lru_cache(maxsize=512)
def character(facts: SiteFacts) -> Mapping[str, float]:
    """Return the parameters of the site's use of electricity by name (data/electricity.toml)."""
    named = (facts.seed, facts.site_id, "character")
    latents = [draw_normal(key(*named, latent)) for latent in _LATENTS]
    drawn = {}
    for each in _parameters(facts.building):
        common = sum(share * latent for share, latent in zip(each.shares, latents, strict=True))
        share = _NORMAL.cdf(common + each.own * draw_normal(key(*named, each.name)))
        least, most = each.shown
        deviation = _NORMAL.inv_cdf(least + share * (most - least))
        drawn[each.name] = _between(each.scale, *each.between, deviation)
    return MappingProxyType(drawn)


@dataclass(frozen=True)
class _Parameter:
    """One parameter of a building type: *shown* are the quantiles that buildings lie between.

    *shares* of its deviation are what parameters have in common, *own* the rest.
    """

    name: str
    scale: str
    between: _Range
    shares: tuple[float, float, float]
    own: float
    shown: _Range


@cache
def _parameters(building: str) -> Sequence[_Parameter]:
    found = []
    for name, between in styles().ranges(building).items():
        shares = styles().together.get(name, (0.0, 0.0, 0.0))
        own = math.sqrt(1 - sum(share * share for share in shares))
        shown = _NORMAL.cdf(-_WIDEST), _NORMAL.cdf(_WIDEST)
        if name == "eui":
            shown = _within_band(building, *between)
        found.append(_Parameter(name, _scale(name), between, shares, own, shown))
    return found


def _within_band(building: str, low: float, high: float) -> _Range:
    """Return the quantiles between which each year of a building lies inside its type's band."""
    band = building_types()[building].intensity["electricity"]
    middle, deviation = math.log(low * high) / 2, math.log(high / low) / 2 / _TENTH
    among = NormalDist(middle, deviation)
    return among.cdf(math.log(band.low * _A_YEAR)), among.cdf(math.log(band.high / _A_YEAR))


def _scale(name: str) -> str:
    return next((each for each, names in styles().transform.items() if name in names), "log")


def _between(scale: str, low: float, high: float, deviation: float) -> float:
    """Return the quantile at *deviation* of the distribution with these 10 % and 90 % quantiles."""
    if scale == "plain":
        return (low + high) / 2 + (high - low) / 2 * deviation / _TENTH
    if scale == "share":
        low, high = math.log(low / (1 - low)), math.log(high / (1 - high))
        odds = math.exp((low + high) / 2 + (high - low) / 2 * deviation / _TENTH)
        return odds / (1 + odds)
    low, high = math.log(low), math.log(high)
    return math.exp((low + high) / 2 + (high - low) / 2 * deviation / _TENTH)
