"""Draws what changes the use of a site for months: the cause, its beginning, its end, its factors.

No level of a series lasts for months without one of these, or without a change that is stated.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA
from mockapi.series.noise import draw, key
from mockapi.series.place import Change, Changing, SiteFacts
from mockapi.series.steps import STEPS_A_DAY

_Range = tuple[float, float]
_MOVED: tuple[Changing, ...] = ("people", "electricity", "fuel", "water")


class CauseKind(BaseModel):
    """How long a kind of cause lasts, and its factors where it is weakest and strongest."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    description: str
    days: tuple[int, int]
    people: _Range | None = None
    electricity: _Range | None = None
    fuel: _Range | None = None
    water: _Range | None = None

    def factors(self, strength: float) -> Mapping[Changing, float]:
        """Return the factor of each thing that the cause moves; *strength* is from 0 to 1."""
        ranges = {what: getattr(self, what) for what in _MOVED}
        return {
            what: between[0] + strength * (between[1] - between[0])
            for what, between in ranges.items()
            if between is not None
        }


class Causes(BaseModel):
    """How often causes come, and their kinds."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    term: int
    chance: float
    steady: Mapping[str, float]
    cause: Mapping[str, CauseKind]


@dataclass(frozen=True)
class Cause:
    """One cause at one site, from step *first* to below step *end*, both midnights of UTC."""

    kind: str
    first: int
    end: int
    changes: tuple[Change, ...]


@cache
def cause_data() -> Causes:
    """Return the kinds of causes, read once."""
    return Causes.model_validate(tomllib.loads((DATA / "causes.toml").read_text("utf-8")))


def causes(facts: SiteFacts, first: int, end: int) -> Sequence[Cause]:
    """Return the causes that touch the steps from *first* to below *end*, in the order of time."""
    term = cause_data().term * STEPS_A_DAY
    drawn = (
        _cause(facts.seed, facts.site_id, facts.building, number)
        for number in range(first // term - 1, (end - 1) // term + 1)
    )
    return [each for each in drawn if each is not None and each.first < end and first < each.end]


@lru_cache(maxsize=8_192)
def _cause(seed: int, site_id: str, building: str, number: int) -> Cause | None:
    """Return the cause of a term; the terms of a site begin up to one term late."""
    data = cause_data()
    named = (seed, site_id, "cause")
    if draw(key(*named, number)) >= data.chance:
        return None
    kinds = list(data.cause)
    kind = kinds[int(draw(key(*named, number, "kind"), 0, len(kinds)))]
    spec = data.cause[kind]
    days = int(draw(key(*named, number, "days"), *spec.days))
    late = draw(key(*named, "late"), 0, data.term)
    begin = number * data.term + int(late + draw(key(*named, number, "begin"), 0, data.term - days))
    first, end = begin * STEPS_A_DAY, (begin + days) * STEPS_A_DAY
    shown = data.steady.get(building, 1.0)
    factors = spec.factors(draw(key(*named, number, "strength")))
    return Cause(
        kind,
        first,
        end,
        tuple(Change(what, first, end, amount**shown) for what, amount in factors.items()),
    )
