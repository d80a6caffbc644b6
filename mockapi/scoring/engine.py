"""Names the categories that are scored, which meters each needs, and by which function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mockapi.domain.factors import AIR, ENERGY, Role, factors
from mockapi.domain.score import ScoreCategory
from mockapi.scoring import energy, people, services
from mockapi.scoring.intake import Intake
from mockapi.scoring.premises import Premises
from mockapi.scoring.trace import Tell, nobody

Method = Callable[[Premises, Sequence[Intake], Tell], float | None]


@dataclass(frozen=True)
class Category:
    """How a category is scored, and from the meters of which roles."""

    method: Method
    roles: frozenset[Role] = frozenset()
    needs: tuple[str, ...] = ()


_BUILDING = ("grossArea", "buildingOccupants", "weeklyOperatingHours")
_WASTE = frozenset({Role.GENERATED, Role.DIVERTED})

CATEGORIES: Mapping[ScoreCategory, Category] = {
    ScoreCategory.ENERGY: Category(energy.energy, ENERGY, _BUILDING),
    ScoreCategory.ELECTRICITY: Category(
        energy.electricity, frozenset({Role.ELECTRICITY}), _BUILDING
    ),
    ScoreCategory.FUEL: Category(energy.fuel, frozenset({Role.FUEL}), _BUILDING),
    ScoreCategory.WATER: Category(
        services.water, frozenset({Role.WATER, Role.RECLAIMED}), _BUILDING
    ),
    ScoreCategory.WASTE: Category(services.waste, _WASTE, ("buildingOccupants",)),
    ScoreCategory.TRANSPORTATION: Category(people.transportation),
    ScoreCategory.HUMAN_EXPERIENCE: Category(people.human_experience, AIR),
    ScoreCategory.RE_ENTRY: Category(people.re_entry, AIR),
}


@cache
def _roles() -> Mapping[str, Role]:
    return {usage: each.role for usage, each in factors().usage.items()}


def counts_towards(usage: str, category: ScoreCategory) -> bool:
    """Return whether meters of *usage* count towards *category*."""
    return _roles().get(usage) in CATEGORIES[category].roles


def intakes_of(category: ScoreCategory, intakes: Sequence[Intake]) -> Sequence[Intake]:
    """Return those of *intakes* that count towards *category*."""
    return [each for each in intakes if counts_towards(each.usage, category)]


def score_of(
    category: ScoreCategory, premises: Premises, intakes: Sequence[Intake], tell: Tell = nobody
) -> float | None:
    """Return the score from 0 to 100, unrounded; None where there is none.

    *intakes* of usages that the factors do not know count for nothing.
    """
    return CATEGORIES[category].method(premises, intakes_of(category, intakes), tell)
