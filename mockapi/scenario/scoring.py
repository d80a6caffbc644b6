"""Shapes what a scenario says of scores: who makes them, and what no meter tells."""

from typing import Annotated, Literal

from pydantic import Field

from mockapi.scenario.words import Benchmark, Spec

ScoredBy = Literal["built-in", "none"]
"""Who scores sites: the built-in partner, or nobody but who posts scores."""

MonthlyDate = Literal["last", "first", "as_of"]
AverageMeaning = Literal["global", "own_12_months"]

SubScore = Annotated[float, Field(ge=0, le=100)]


class SurveysSpec(Spec):
    """What surveys found at a site; what is left out was not asked."""

    trip: float | None = Field(
        default=None, ge=0, le=1_000, description="kg of CO2 an occupant and one-way trip."
    )
    transportation: SubScore | None = Field(
        default=None, description="The score itself, whatever a trip costs."
    )
    satisfaction: SubScore | None = None
    policies: SubScore | None = None
    feedback: SubScore | None = None
    air: SubScore | None = Field(default=None, description="The CO2 score if unset.")


class SiteScoring(Spec):
    """How a site is scored; what is unset is the scenario's, the type's, or drawn."""

    scoring: ScoredBy | None = None
    benchmark: Benchmark | None = None
    surveys: SurveysSpec | None = None
