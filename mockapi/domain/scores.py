"""Names the types and categories of a performance score."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

SETTLEMENT_TIME = timedelta(seconds=29)
"""assumption: a request is settled after 29 seconds unless the scenario says otherwise; so long
after a request the first scores of its site were recorded."""


class ScoringRequestStatus(StrEnum):
    PENDING = "PENDING"
    CONFIGURED = "CONFIGURED"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class ScoringDecision:
    """What a request becomes once it *takes* no longer; *detail* is what the customer is told."""

    status: ScoringRequestStatus
    takes: timedelta = SETTLEMENT_TIME
    detail: str | None = None


@dataclass(frozen=True)
class ScoringOutcome:
    """When a request is settled, in one of two ways or never, and what is told of it then."""

    configured_at: datetime | None = None
    rejected_at: datetime | None = None
    detail: str | None = None


def outcome_of(verdict: ScoringDecision | None, created_at: datetime) -> ScoringOutcome:
    """Return what a request of *created_at* comes to; without *verdict* it stays pending."""
    if verdict is None:
        return ScoringOutcome()
    settled_at = created_at + verdict.takes
    if verdict.status is ScoringRequestStatus.REJECTED:
        return ScoringOutcome(rejected_at=settled_at, detail=verdict.detail)
    return ScoringOutcome(configured_at=settled_at, detail=verdict.detail)


def status_at(
    now: datetime, configured_at: datetime | None, rejected_at: datetime | None
) -> ScoringRequestStatus:
    """Return what a request that is settled at one of two instants, if ever, is by *now*."""
    if rejected_at is not None and rejected_at <= now:
        return ScoringRequestStatus.REJECTED
    if configured_at is not None and configured_at <= now:
        return ScoringRequestStatus.CONFIGURED
    return ScoringRequestStatus.PENDING


class ScoreType(StrEnum):
    """How a score was made."""

    # Published values: docs/contract/scores.md#performance-scores

    DAILY = "daily"
    MONTHLY = "monthly"
    LOCAL_AVERAGE = "localAverage"
    AVERAGE = "average"


class ScoreCategory(StrEnum):
    """What a score judges."""

    # Published values: docs/contract/scores.md#categories

    ENERGY = "energy"
    WATER = "water"
    WASTE = "waste"
    TRANSPORTATION = "transportation"
    HUMAN_EXPERIENCE = "humanExperience"
    RE_ENTRY = "reEntry"
    # assumption: the catalogue page names Electricity and Fuel; their spelling on the wire
    # follows the older members.
    ELECTRICITY = "electricity"
    FUEL = "fuel"


CLASSIC_CATEGORIES = frozenset(ScoreCategory) - {ScoreCategory.ELECTRICITY, ScoreCategory.FUEL}


class ScoreNotFoundError(LookupError):
    """There is no such score to explain; says why."""


class ComputedScore(NamedTuple):
    """A score of the built-in partner; *hundredths* is the score times 100."""

    updated_at_ns: int
    date: str
    type: ScoreType
    category: ScoreCategory
    hundredths: int
