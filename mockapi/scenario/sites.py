"""Shapes sites and portfolios: what is said of them, all else being drawn."""

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import USUAL, usages_of
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.scores import (
    SETTLEMENT_TIME,
    ScoreCategory,
    ScoreType,
    ScoringDecision,
    ScoringRequestStatus,
)
from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import DefectSpec, SwappedMeters
from mockapi.scenario.field_types import (
    Benchmark,
    Building,
    City,
    Country,
    Email,
    GazetteerCity,
    History,
    Int64,
    Preset,
    Spec,
    Text,
    UnknownNameError,
    Word,
    each_once,
    some,
)
from mockapi.scenario.meters import Arrival, MeterSpec, MetersSpec, of_one_site
from mockapi.settings import ClockInstant

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


ScoreDate = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]

_MOST_PEOPLE = 10_000_000
_PLACED = ("country_iso_code", "timezone", "latitude", "longitude")


class ProjectSpec(Spec):
    """A LEED project that the site is registered as from the start."""

    leed_id: Int64
    leed_name: Text
    registered_at: ClockInstant | None = Field(
        default=None, description="One history length before the start if unset."
    )


class ScoreSpec(Spec):
    """A score that is there from the start."""

    date: ScoreDate
    score: float = Field(ge=0, le=100)
    type: ScoreType
    category: ScoreCategory
    updated_at: ClockInstant | None = Field(default=None, description="The start if unset.")


class VerdictSpec(Spec):
    """What becomes of scoring requests, unless a provider registers the site before."""

    status: Literal["CONFIGURED", "REJECTED"] = "CONFIGURED"
    takes: History = Field(default=SETTLEMENT_TIME, description="How long a request is pending.")
    detail: Text | None = Field(default=None, description="What the customer is told.")

    def verdict(self) -> ScoringDecision:
        return ScoringDecision(ScoringRequestStatus(self.status), self.takes, self.detail)


class ScoringRequestSpec(Spec):
    """A scoring request that is there from the start."""

    id: Word | None = None
    created_at: ClockInstant
    status: Literal["PENDING", "CONFIGURED", "REJECTED"] = "PENDING"
    detail: Text | None = None


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"time zone {name!r} is not known; state one such as 'Europe/Paris'"
        ) from error


class SiteSpec(Spec):
    """A site: with *building* and *city* all else is drawn, and any drawn value may be stated."""

    building: Building | None = None
    city: City | None = None
    area: int | None = Field(default=None, ge=10, le=5_000_000, description="Gross area in m2.")
    id: Word | None = None
    name: Text | None = None
    type: Text | None = None
    source_system_id: Int64 | None = None
    building_occupants: int | None = Field(default=None, ge=0, le=_MOST_PEOPLE)
    days_per_week_with_visitors: int | None = Field(default=None, ge=0, le=7)
    number_of_visitors_per_day: int | None = Field(default=None, ge=0, le=_MOST_PEOPLE)
    visit_duration: float | None = Field(default=None, ge=0, le=36_525, description="In days.")
    weekly_operating_hours: int | None = Field(default=None, ge=0, le=168)
    roof_area: int | None = Field(
        default=None, ge=0, le=5_000_000, description="Roof for solar panels, in m2."
    )
    address: Text | None = None
    country_iso_code: Text | None = None
    zip_code: Text | None = None
    state_province: Text | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = Field(
        default=None, description="An IANA time zone."
    )
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    elevation: float | None = Field(default=None, ge=-10_000, le=10_000)
    interval: Interval | None = Field(default=None, description="The scenario's if unset.")
    arrival: Arrival | None = Field(default=None, description="The scenario's if unset.")
    history: History | None = Field(default=None, description="The scenario's if unset.")
    meters: MetersSpec | None = Field(
        default=None, description="The building's usual meters if unset."
    )
    registered: bool = Field(
        default=False, description="Registers the site from the start, as a drawn project."
    )
    projects: Annotated[tuple[ProjectSpec, ...], each_once("leed_id")] = ()
    scores: Annotated[tuple[ScoreSpec, ...], each_once("date", "type", "category")] = ()
    scoring: ScoredBy | None = Field(default=None, description="The scenario's if unset.")
    benchmark: Benchmark | None = Field(
        default=None, description="What scores compare it with; what its type says if unset."
    )
    surveys: SurveysSpec | None = Field(
        default=None, description="What no meter tells; drawn if unset."
    )
    scoring_requests: tuple[ScoringRequestSpec, ...] = ()
    scoring_verdict: VerdictSpec | None = Field(
        default=None, description="What becomes of its scoring requests; the scenario's if unset."
    )
    defects: Annotated[tuple[DefectSpec, ...], AfterValidator(of_one_site)] = ()

    @model_validator(mode="after")
    def _say_enough(self) -> Self:
        if self.building is None and self.type is None:
            raise ValueError("state `building` and `city`, or at least `type`")
        if self.building is not None and self.city is None:
            raise ValueError("a `building` needs a `city` to stand in")
        known = self.city in places() or all(getattr(self, each) is not None for each in _PLACED)
        if self.building is not None and not known:
            advice = f"; or state {', '.join(f'`{each}`' for each in _PLACED)} beside it"
            raise UnknownNameError("city", str(self.city), list(places()), advice=advice)
        if self.registered and self.projects:
            raise ValueError("state `registered` or `projects`, not both")
        return self

    @model_validator(mode="after")
    def _aim_defects_at_meters(self) -> Self:
        metered = {meter.usage for meter in self.metered()} if self.defects else set()
        for defect in self.defects:
            named = [defect.usage]
            if isinstance(defect, SwappedMeters):
                named.append(defect.other)
            for usage in named:
                if usage is not None and usage not in metered:
                    raise ValueError(
                        f"a defect is of usage {usage!r}, which the site does not meter"
                    )
        return self

    def metered(self) -> tuple[MeterSpec, ...]:
        """Return the site's meters, those of its preset spelled out."""
        if isinstance(self.meters, tuple):
            return self.meters
        usages = usages_of(self.meters or USUAL, self.building)
        return tuple(MeterSpec(usage=usage) for usage in usages)


class PortfolioSpec(Spec):
    """Many sites at once, each drawn from the mix; a longer one begins like a shorter one."""

    count: int | None = Field(
        default=None, ge=1, le=100_000, description="One round of the mix if unset."
    )
    customer: Email | None = Field(
        default=None, description="Whose sites they are; the first customer's if unset."
    )
    mix: dict[Building, Annotated[int, Field(ge=1, le=1000)]] = Field(
        default={}, description="Weights of building types; each type alike if empty."
    )
    countries: tuple[Country, ...] | None = Field(default=None, description="All if unset.")
    cities: tuple[GazetteerCity, ...] | None = Field(default=None, description="All if unset.")
    meters: Preset = USUAL
    interval: Interval | None = Field(default=None, description="The scenario's if unset.")
    arrival: Arrival | None = Field(default=None, description="The scenario's if unset.")
    history: History | None = Field(default=None, description="The scenario's if unset.")
    registered: float = Field(
        default=1.0, ge=0, le=1, description="The share of sites that are registered at the start."
    )
    defects: tuple[DefectSpec, ...] = ()
    scoring_verdict: VerdictSpec | None = Field(
        default=None, description="What becomes of its scoring requests; the scenario's if unset."
    )

    @field_validator("countries", "cities")
    @classmethod
    def _name_some(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else some(values)

    @model_validator(mode="after")
    def _stand_somewhere(self) -> Self:
        if self.countries is not None and self.cities is not None:
            raise ValueError("state `countries` or `cities`, not both")
        return self

    def weights(self) -> dict[str, int]:
        """Return the weight of each building type in the mix."""
        return dict(self.mix) or dict.fromkeys(building_types(), 1)

    def size(self) -> int:
        """Return how many sites there are."""
        return self.count if self.count is not None else sum(self.weights().values())
