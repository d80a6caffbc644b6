"""Shapes the explanation of a score."""

from typing import Literal

from pydantic import Field

from mockapi.domain.factors import Factor
from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.wire.admin import AdminBody


class PremisesView(AdminBody):
    """What of the building counts: A, N, V, D, d and H of the formulae, and its benchmark."""

    gross_area: float | None
    building_occupants: float | None
    number_of_visitors_per_day: float | None
    days_per_week_with_visitors: float | None
    visit_duration: float | None
    weekly_operating_hours: float | None
    benchmark: str = Field(description="What kind of building it is compared with.")


class InputView(AdminBody):
    """What a meter read in the year to the day; of air the total is a sum of daily levels."""

    meter_id: str
    usage: str
    total: float
    covered_days: int
    daily: float
    annual: float
    last_day: str = Field(json_schema_extra={"format": "date"})


class StepView(AdminBody):
    """One line of the arithmetic."""

    name: str
    value: float
    unit: str
    formula: str


class TrustView(AdminBody):
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


class PartView(AdminBody):
    """One of the scores whose mean it is: of a date, or of a site."""

    of: str
    score: float


class PointsView(AdminBody):
    """What the score would be worth of the points of its category."""

    points: int
    of: int


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
    points: PointsView | None
    premises: PremisesView
    inputs: tuple[InputView, ...]
    steps: tuple[StepView, ...]
    coverage: TrustView | None
    factors: tuple[FactorView, ...]
    made_from: tuple[PartView, ...]
