"""Shapes which score is meant, and scores in columns."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mockapi.control.schemas.world_bodies import AdminBody, AdminQuery
from mockapi.domain.factors import Factor
from mockapi.domain.scores import ComputedScore, ScoreCategory, ScoreType
from mockapi.http.body import json_number

if TYPE_CHECKING:
    from mockapi.store.tables.scoring import PerformanceScore


class BuildingProfileView(AdminBody):
    """What of the building counts: A, N, V, D, d and H of the formulae, and its benchmark."""

    gross_area: float | None
    building_occupants: float | None
    number_of_visitors_per_day: float | None
    days_per_week_with_visitors: float | None
    visit_duration: float | None
    weekly_operating_hours: float | None
    benchmark: str = Field(description="What kind of building it is compared with.")


class MeterInputView(AdminBody):
    """What a meter read in the year to the day; of air the total is a sum of daily levels."""

    meter_id: str
    usage: str
    total: float
    covered_days: int
    daily: float
    annual: float
    last_day: str = Field(json_schema_extra={"format": "date"})


class CalculationStepView(AdminBody):
    """One line of the arithmetic."""

    name: str
    value: float
    unit: str
    formula: str


class ScoreCoverageView(AdminBody):
    """How far the score is to be trusted."""

    covered_days: int = Field(description="Of the meter with the fewest.")
    window_days: int
    confidence: Literal["high", "medium", "low"] = Field(
        description="High from 330 covered days on, medium from 90."
    )
    tests: dict[str, bool]
    warnings: tuple[str, ...]


class FactorView(AdminBody):
    """A number that is not the site's, and where it was read."""

    name: str
    value: float
    source: str
    version: str

    @classmethod
    def of(cls, name: str, factor: Factor) -> "FactorView":
        return cls(name=name, value=factor.value, source=factor.source, version=factor.version)


class ScoreComponentView(AdminBody):
    """One of the scores whose mean it is: of a date, or of a site."""

    name: str
    score: float


class ScorePointsView(AdminBody):
    """What the score would be worth of the points of its category."""

    points: int
    maximum: int


class ExplanationView(AdminBody):
    """How a score came about."""

    disclaimer: str
    engine: str
    factors_version: str
    site: str
    date: str = Field(json_schema_extra={"format": "date"})
    type: ScoreType
    category: ScoreCategory
    origin: Literal["computed", "posted"]
    score: float | None = Field(description="Null where the category has none.")
    updated_at: str | None = Field(json_schema_extra={"format": "date-time"})
    missing: tuple[str, ...] = Field(description="What a score would need besides.")
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
    """One score of a site; of a monthly one any day of its month; the last one without a day."""

    site: str
    date: Day = None
    type: ScoreType = ScoreType.DAILY
    category: ScoreCategory = ScoreCategory.ENERGY


class ScoreColumns(AdminBody):
    """The scores of one type: a column of dates, and for each category one as long."""

    type: ScoreType
    dates: tuple[date, ...] = Field(description="Ascending.")
    scores: Mapping[ScoreCategory, tuple[int | float | None, ...]] = Field(
        description="By category; null where a date has no score in it."
    )

    @staticmethod
    def all_of(rows: "Iterable[PerformanceScore | ComputedScore]") -> "Iterator[ScoreColumns]":
        """Yield the columns of each type that *rows* have scores of, in the order of types."""
        found: dict[ScoreType, dict[ScoreCategory, dict[str, int | float]]] = {}
        for each in rows:
            score = each.hundredths / _HUNDRED if isinstance(each, ComputedScore) else each.score
            kept = found.setdefault(each.type, {}).setdefault(each.category, {})
            kept[each.date] = json_number(score)
        for kind in ScoreType:
            if kind not in found:
                continue
            by_category = found[kind]
            dates = sorted({at for kept in by_category.values() for at in kept})
            yield ScoreColumns.model_construct(
                type=kind,
                dates=tuple(map(date.fromisoformat, dates)),
                scores={
                    each: tuple(by_category[each].get(at) for at in dates)
                    for each in ScoreCategory
                    if each in by_category
                },
            )
