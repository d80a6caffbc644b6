"""Random parameters of the electric load of one building."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import NormalDist
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from mockapi.domain.buildings import building_types, model_parameters
from mockapi.resources import DATA
from mockapi.timeseries.intervals import STEPS_PER_YEAR
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import draw_normal, key

_TENTH = 1.2816
"""Standard deviations between the median and the 90 % quantile."""

_WIDEST = 2.0
"""Maximum deviation of a building. Beyond, levels would double from one month to the next."""

_YEAR_VARIATION = 1.3
"""Factor by which a year can differ from the drawn yearly use, by weather and causes."""

_NORMAL = NormalDist()
_LATENTS = ("variable", "scheduled", "smooth")
_Range = tuple[float, float]


class LoadRanges(BaseModel):
    """Ranges of every parameter by building type, and the shared part of parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    transform: Mapping[str, tuple[str, ...]]
    together: Mapping[str, tuple[float, float, float]]
    typical: Mapping[str, _Range]
    by_type: Mapping[str, Mapping[str, _Range]]

    def ranges(self, building: str) -> Mapping[str, _Range]:
        """Return the range of each parameter for a building type."""
        return {**self.typical, **self.by_type.get(building, {})}


@cache
def load_ranges() -> LoadRanges:
    """Return the ranges, read once."""
    common = tomllib.loads((DATA / "electricity.toml").read_text("utf-8"))
    return LoadRanges.model_validate({**common, "by_type": model_parameters("electricity")})


@lru_cache(maxsize=512)
def load_parameters(profile: SiteProfile) -> Mapping[str, float]:
    """Return the parameters of the site's electric load by name (data/electricity.toml)."""
    named = (profile.seed, profile.site_id, "character")
    latents = [draw_normal(key(*named, latent)) for latent in _LATENTS]
    drawn = {}
    for each in _parameters(profile.building):
        common = sum(share * latent for share, latent in zip(each.shares, latents, strict=True))
        deviation = common + each.own * draw_normal(key(*named, each.name))
        if each.shown is None:
            deviation = min(_WIDEST, max(-_WIDEST, deviation))
        else:
            least, most = each.shown
            deviation = _NORMAL.inv_cdf(least + _NORMAL.cdf(deviation) * (most - least))
        drawn[each.name] = _between(each.scale, each.middle, each.spread * deviation)
    return MappingProxyType(drawn)


def mean_electricity(profile: SiteProfile) -> float:
    """Return the electricity of the site in a usual year, as a mean in kWh per step."""
    return load_parameters(profile)["eui"] * profile.area / STEPS_PER_YEAR


@dataclass(frozen=True)
class _Parameter:
    """One parameter of a building type; *shown* are the limiting quantiles, if any.

    *shares* are the correlated parts of its deviation, *own* is the independent part. *middle* is
    the median and *spread* the standard deviation, both on the *scale*.
    """

    name: str
    scale: str
    middle: float
    spread: float
    shares: tuple[float, float, float]
    own: float
    shown: _Range | None


@cache
def _parameters(building: str) -> Sequence[_Parameter]:
    found = []
    for name, between in load_ranges().ranges(building).items():
        shares = load_ranges().together.get(name, (0.0, 0.0, 0.0))
        own = math.sqrt(1 - sum(share * share for share in shares))
        shown = _within_band(building, *between) if name == "eui" else None
        scale = _scale(name)
        low, high = (_scaled(scale, each) for each in between)
        middle, spread = (low + high) / 2, (high - low) / 2 / _TENTH
        found.append(_Parameter(name, scale, middle, spread, shares, own, shown))
    return found


def _within_band(building: str, low: float, high: float) -> _Range:
    """Return the quantiles between which every year of a building is in the band of its type."""
    band = building_types()[building].intensity["electricity"]
    middle, deviation = math.log(low * high) / 2, math.log(high / low) / 2 / _TENTH
    among = NormalDist(middle, deviation)
    return among.cdf(math.log(band.low * _YEAR_VARIATION)), among.cdf(
        math.log(band.high / _YEAR_VARIATION)
    )


def _scale(name: str) -> str:
    return next((each for each, names in load_ranges().transform.items() if name in names), "log")


def _scaled(scale: str, value: float) -> float:
    """Return *value* on a scale on which the parameter is normally distributed."""
    if scale == "plain":
        return value
    return math.log(value / (1 - value)) if scale == "share" else math.log(value)


def _between(scale: str, middle: float, deviation: float) -> float:
    """Return the value at *deviation* from *middle* on a *scale*."""
    if scale == "plain":
        return middle + deviation
    odds = math.exp(middle + deviation)
    return odds / (1 + odds) if scale == "share" else odds
