"""Performance scores, the daily amounts that they are computed from, and scoring requests."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

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


MICRO = 1_000_000
"""Amounts are integers in this fraction of a unit."""


class DailyAmount(NamedTuple):
    """The *amount* of *day* from *known_at* (seconds since 1970) on; None removes it.

    The day is a proleptic ordinal, the amount in millionths of the catalog's unit: integers, so
    that sums are exact in any order.
    """

    known_at: int
    day: int
    amount: int | None


def micro(amount: float) -> int:
    """Return *amount* in integer millionths."""
    return round(amount * MICRO)


@lru_cache(maxsize=16_384)
def midnight(timezone: str, day: int) -> int:
    """Return the start of the local *day*, an ordinal, in seconds since 1970."""
    begin = datetime.combine(date.fromordinal(day), time(), ZoneInfo(timezone))
    return int(begin.timestamp())
