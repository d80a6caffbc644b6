"""Building profiles and readings for tests of the scoring engine."""

from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.building_profile import BuildingProfile, Surveys
from mockapi.scoring.engine.categories import score_of
from mockapi.scoring.engine.rolling_year import AnnualConsumption

GRID = "Purchased from Grid"
GAS = "Natural Gas"
POTABLE = "Municipality supplied potable water"
RECLAIMED = "Reclaimed onsite"
GENERATED = "Waste Generated"
DIVERTED = "Waste Diverted"

MCDONALDS = {
    "area": 425,
    "occupants": 49,
    "visitors_per_day": 548,
    "days_with_visitors": 7,
    "visit_duration": 0.020833333,
    "weekly_hours": 168,
    "country": "AU",
    "state": "New South Wales",
}


def office(**given) -> BuildingProfile:
    result = {"area": 10_000, "occupants": 400, "weekly_hours": 55, "country": "US"} | given
    return BuildingProfile("Office: Administrative/Professional", **result)


def year(usage: str, total: float, days: int = 365) -> AnnualConsumption:
    return AnnualConsumption(f"meter of {usage}", usage, total, days, 740_000)


def scored(
    category: str, building_profile: BuildingProfile, *consumptions: AnnualConsumption
) -> float | None:
    return score_of(ScoreCategory(category), building_profile, consumptions)


def surveyed(**answers: float) -> BuildingProfile:
    return office(surveys=Surveys(**answers))
