"""Bodies and queries of scores."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from mockapi.control.schemas.world_bodies import AdminBody, AdminQuery
from mockapi.domain.factors import Factor
from mockapi.domain.scores import ComputedScore, ScoreCategory, ScoreType
from mockapi.http.json_bodies import json_number
from mockapi.store.tables import PerformanceScore


class BuildingProfileView(AdminBody):
    """Building data in the formulae (A, N, V, D, d, H), and the benchmark."""

    gross_area: float | None
    building_occupants: float | None
    number_of_visitors_per_day: float | None
    days_per_week_with_visitors: float | None
    visit_duration: float | None
    weekly_operating_hours: float | None
    benchmark: str = Field(description="Building type that the site is compared with.")


class MeterInputView(AdminBody):
    """Input of a meter in the year up to the date. Air totals are sums of daily means."""

    meter_id: str
    usage: str
    total: float
    covered_days: int
    daily: float
    annual: float
    last_day: str = Field(json_schema_extra={"format": "date"})


class CalculationStepView(AdminBody):
    """Step of the calculation."""

    name: str
    value: float
    unit: str
    formula: str


class ScoreCoverageView(AdminBody):
    """Data coverage and confidence of a score."""

    covered_days: int = Field(description="Covered days of the meter with the fewest.")
    window_days: int
    confidence: Literal["high", "medium", "low"] = Field(
        description="`high` from 330 covered days, `medium` from 90."
    )
    tests: dict[str, bool]
    warnings: tuple[str, ...]


class FactorView(AdminBody):
    """Published factor with its source."""

    name: str
    value: float
    source: str
    version: str

    @classmethod
    def of(cls, name: str, factor: Factor) -> "FactorView":
        return cls(name=name, value=factor.value, source=factor.source, version=factor.version)


class ScoreComponentView(AdminBody):
    """Score of a date or a site that is part of a mean."""

    name: str
    score: float


class ScorePointsView(AdminBody):
    """Points that the score would give in its category."""

    points: int
    maximum: int


class ExplanationView(AdminBody):
    """Calculation of a score."""

    disclaimer: str
    engine: str
    factors_version: str
    site: str
    date: str = Field(json_schema_extra={"format": "date"})
    type: ScoreType
    category: ScoreCategory
    origin: Literal["computed", "posted"]
    score: float | None = Field(description="Null if the score is not available.")
    updated_at: str | None = Field(json_schema_extra={"format": "date-time"})
    missing: tuple[str, ...] = Field(description="Data that is missing for a score.")
    curve: str
    points: ScorePointsView | None
    building_profile: BuildingProfileView
    inputs: tuple[MeterInputView, ...]
    steps: tuple[CalculationStepView, ...]
    coverage: ScoreCoverageView | None
    factors: tuple[FactorView, ...]
    components: tuple[ScoreComponentView, ...]


_HUNDRED = 100
Day = date | None


class ScoreQuery(AdminQuery):
    """Selection of one score. For a monthly score, any day of its month. Default: the last one."""

    site: str
    date: Day = None
    type: ScoreType = ScoreType.DAILY
    category: ScoreCategory = ScoreCategory.ENERGY


class RemovedScoresView(AdminBody):
    """Number of removed scores."""

    site: str
    count: int


class ScoreColumns(AdminBody):
    """Scores of one type: a column of dates, and a column of equal length per category."""

    type: ScoreType
    dates: tuple[date, ...] = Field(description="Ascending.")
    scores: Mapping[ScoreCategory, tuple[int | float | None, ...]] = Field(
        description="By category. Null if the date does not have a score."
    )

    @staticmethod
    def all_of(rows: Iterable[PerformanceScore | ComputedScore]) -> "Iterator[ScoreColumns]":
        """Yield the columns of each type that *rows* have scores of, in the order of types."""
        found: dict[ScoreType, dict[ScoreCategory, dict[str, int | float]]] = {}
        for each in rows:
            score = each.hundredths / _HUNDRED if isinstance(each, ComputedScore) else each.score
            column = found.setdefault(each.type, {}).setdefault(each.category, {})
            column[each.date] = json_number(score)
        for kind in ScoreType:
            if kind not in found:
                continue
            by_category = found[kind]
            dates = sorted({at for column in by_category.values() for at in column})
            yield ScoreColumns.model_construct(
                type=kind,
                dates=tuple(map(date.fromisoformat, dates)),
                scores={
                    each: tuple(by_category[each].get(at) for at in dates)
                    for each in ScoreCategory
                    if each in by_category
                },
            )
