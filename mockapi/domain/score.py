"""Names the types and categories of a performance score."""

from enum import StrEnum
from typing import NamedTuple


class ScoreType(StrEnum):
    """How a score was made (contract.md 3.5)."""

    DAILY = "daily"
    MONTHLY = "monthly"
    LOCAL_AVERAGE = "localAverage"
    AVERAGE = "average"


class ScoreCategory(StrEnum):
    """What a score judges (contract.md 3.5 and D-09)."""

    ENERGY = "energy"
    WATER = "water"
    WASTE = "waste"
    TRANSPORTATION = "transportation"
    HUMAN_EXPERIENCE = "humanExperience"
    RE_ENTRY = "reEntry"
    # inferred: the catalogue page names Electricity and Fuel; their spelling on the wire
    # follows the older members.
    ELECTRICITY = "electricity"
    FUEL = "fuel"


CLASSIC_CATEGORIES = frozenset(ScoreCategory) - {ScoreCategory.ELECTRICITY, ScoreCategory.FUEL}


class NotScored(LookupError):
    """There is no such score to explain; says why."""


class ComputedScore(NamedTuple):
    """A score of the built-in partner; *hundredths* is the score times 100."""

    updated_at_ns: int
    date: str
    type: ScoreType
    category: ScoreCategory
    hundredths: int
