"""Types and categories of performance scores, and the status of scoring requests."""

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
    """The decision on a request after the time in *takes*, with a *detail* for the customer."""

    status: ScoringRequestStatus
    takes: timedelta = SETTLEMENT_TIME
    detail: str | None = None


@dataclass(frozen=True)
class ScoringOutcome:
    """When a request is configured or rejected, if ever, and the detail."""

    configured_at: datetime | None = None
    rejected_at: datetime | None = None
    detail: str | None = None


def outcome_of(decision: ScoringDecision | None, created_at: datetime) -> ScoringOutcome:
    """Return the outcome for a request of *created_at*; without *decision* it stays pending."""
    if decision is None:
        return ScoringOutcome()
    settled_at = created_at + decision.takes
    if decision.status is ScoringRequestStatus.REJECTED:
        return ScoringOutcome(rejected_at=settled_at, detail=decision.detail)
    return ScoringOutcome(configured_at=settled_at, detail=decision.detail)


def status_at(
    now: datetime, configured_at: datetime | None, rejected_at: datetime | None
) -> ScoringRequestStatus:
    """Return the status at *now* of a request with these instants of settlement."""
    if rejected_at is not None and rejected_at <= now:
        return ScoringRequestStatus.REJECTED
    if configured_at is not None and configured_at <= now:
        return ScoringRequestStatus.CONFIGURED
    return ScoringRequestStatus.PENDING


class ScoreType(StrEnum):
    """The aggregation of a score."""

    # Published values: docs/contract/scores.md#performance-scores

    DAILY = "daily"
    MONTHLY = "monthly"
    LOCAL_AVERAGE = "localAverage"
    AVERAGE = "average"


class ScoreCategory(StrEnum):
    """The subject of a score."""

    # Published values: docs/contract/scores.md#categories

    ENERGY = "energy"
    WATER = "water"
    WASTE = "waste"
    TRANSPORTATION = "transportation"
    HUMAN_EXPERIENCE = "humanExperience"
    RE_ENTRY = "reEntry"
    # assumption: the catalogue page lists Electricity and Fuel; their values follow the older
    # ones.
    ELECTRICITY = "electricity"
    FUEL = "fuel"


CLASSIC_CATEGORIES = frozenset(ScoreCategory) - {ScoreCategory.ELECTRICITY, ScoreCategory.FUEL}


class ScoreNotFoundError(LookupError):
    """The score to explain does not exist; the message says why."""


class ComputedScore(NamedTuple):
    """A score of the built-in partner; *hundredths* is the score times 100."""

    updated_at_ns: int
    date: str
    type: ScoreType
    category: ScoreCategory
    hundredths: int
