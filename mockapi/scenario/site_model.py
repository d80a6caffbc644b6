"""Sites and portfolios of scenarios; values that are not given are drawn."""

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
from mockapi.domain.validation import MemberError
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
    PathSegment,
    Preset,
    Spec,
    Text,
    UnknownNameError,
    require_non_empty,
    unique_by,
)
from mockapi.scenario.meters import Arrival, MeterSpec, MetersSpec, require_no_share
from mockapi.settings import ClockInstant

ScoredBy = Literal["built-in", "none"]
"""Scoring provider of sites: the built-in one, or none but the client that posts scores."""

MonthlyDate = Literal["last", "first", "as_of"]
AverageMeaning = Literal["global", "own_12_months"]

SubScore = Annotated[float, Field(ge=0, le=100)]


class SurveysSpec(Spec):
    """Results of surveys at a site; values that are not given were not surveyed."""

    trip: float | None = Field(
        default=None, ge=0, le=1_000, description="kg of CO2 per occupant and one-way trip."
    )
    transportation: SubScore | None = Field(
        default=None, description="The score, regardless of `trip`."
    )
    satisfaction: SubScore | None = None
    policies: SubScore | None = None
    feedback: SubScore | None = None
    air: SubScore | None = Field(default=None, description="Default: the CO2 score.")


ScoreDate = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]

_MAX_PEOPLE = 10_000_000
_LOCATION = ("country_iso_code", "timezone", "latitude", "longitude")


class ProjectSpec(Spec):
    """A LEED project for which the site is registered from the start."""

    leed_id: Int64
    leed_name: Text
    registered_at: ClockInstant | None = Field(
        default=None,
        description="At most ten years before the start; default: one history length before it.",
    )


class ScoreSpec(Spec):
    """A score that exists from the start."""

    date: ScoreDate
    score: float = Field(ge=0, le=100)
    type: ScoreType
    category: ScoreCategory
    updated_at: ClockInstant | None = Field(default=None, description="Default: the start.")


class ScoringDecisionSpec(Spec):
    """The decision on scoring requests, unless a provider registers the site earlier."""

    status: Literal["CONFIGURED", "REJECTED"] = "CONFIGURED"
    takes: History = Field(default=SETTLEMENT_TIME, description="Time until the decision.")
    detail: Text | None = Field(default=None, description="Message to the customer.")

    def decision(self) -> ScoringDecision:
        """Return the decision for the domain."""
        return ScoringDecision(ScoringRequestStatus(self.status), self.takes, self.detail)


class SiteScoring(Spec):
    """Scoring of a site; defaults come from the scenario or the type, or are drawn."""

    scoring: ScoredBy | None = None
    benchmark: Benchmark | None = None
    surveys: SurveysSpec | None = None
    scoring_verdict: ScoringDecisionSpec | None = None


class ScoringRequestSpec(Spec):
    """A scoring request that exists from the start."""

    id: PathSegment | None = None
    created_at: ClockInstant
    status: Literal["PENDING", "CONFIGURED", "REJECTED"] = "PENDING"
    detail: Text | None = None


def _check_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a known time zone. Example: Europe/Paris") from error


class SiteValues(Spec):
    """The values of a site that can change later."""

    building: Building | None = None
    city: City | None = None
    area: int | None = Field(default=None, ge=10, le=5_000_000, description="Gross area in m2.")
    name: Text | None = None
    type: Text | None = None
    source_system_id: Int64 | None = None
    building_occupants: int | None = Field(default=None, ge=0, le=_MAX_PEOPLE)
    days_per_week_with_visitors: int | None = Field(default=None, ge=0, le=7)
    number_of_visitors_per_day: int | None = Field(default=None, ge=0, le=_MAX_PEOPLE)
    visit_duration: float | None = Field(default=None, ge=0, le=36_525, description="In days.")
    weekly_operating_hours: int | None = Field(default=None, ge=0, le=168)
    roof_area: int | None = Field(
        default=None, ge=0, le=5_000_000, description="Roof for solar panels, in m2."
    )
    address: Text | None = None
    country_iso_code: Text | None = None
    zip_code: Text | None = None
    state_province: Text | None = None
    timezone: Annotated[str, AfterValidator(_check_zone)] | None = Field(
        default=None, description="An IANA time zone."
    )
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    elevation: float | None = Field(default=None, ge=-10_000, le=10_000)
    interval: Interval | None = Field(default=None, description="Default: that of the scenario.")
    arrival: Arrival | None = Field(default=None, description="Default: that of the scenario.")
    history: History | None = Field(default=None, description="Default: that of the scenario.")
    scoring: ScoredBy | None = Field(default=None, description="Default: that of the scenario.")
    benchmark: Benchmark | None = Field(
        default=None, description="Benchmark of its scores; default: that of the type."
    )
    surveys: SurveysSpec | None = Field(
        default=None, description="Results of surveys; drawn by default."
    )
    scoring_verdict: ScoringDecisionSpec | None = Field(
        default=None, description="Decision on its scoring requests; default: that of the scenario."
    )

    def is_located(self) -> bool:
        """Return True if the city is a known one, or all values of its location are given."""
        located = all(getattr(self, each) is not None for each in _LOCATION)
        return self.city in places() or located

    def unknown_city(self) -> UnknownNameError:
        """Return the error for a city that is not known."""
        advice = f" For another city, add {', '.join(f'`{each}`' for each in _LOCATION)}."
        return UnknownNameError(
            "city", str(self.city), list(places()), advice=advice, place=("city",)
        )


class SiteSpec(SiteValues):
    """A site. With *building* and *city*, all other values are drawn unless they are given."""

    id: PathSegment | None = None
    meters: MetersSpec | None = Field(
        default=None, description="Default: the usual meters of the building."
    )
    registered: bool = Field(
        default=False,
        description="Whether the site is registered from the start, for a project.",
    )
    projects: Annotated[tuple[ProjectSpec, ...], unique_by("leed_id")] = ()
    scores: Annotated[tuple[ScoreSpec, ...], unique_by("date", "type", "category")] = ()
    scoring_requests: tuple[ScoringRequestSpec, ...] = ()
    defects: Annotated[tuple[DefectSpec, ...], AfterValidator(require_no_share)] = ()

    @model_validator(mode="after")
    def _check_location(self) -> Self:
        if self.building is None and self.type is None:
            raise ValueError(
                "`building` and `type` are missing. Add `building` and `city`, or `type`."
            )
        if self.building is not None and self.city is None:
            raise MemberError("a `building` needs a `city`. Add it.", "building")
        if self.building is not None and not self.is_located():
            raise self.unknown_city()
        if self.registered and self.projects:
            raise MemberError(
                "`registered` and `projects` exclude each other. Remove one.", "registered"
            )
        return self

    @model_validator(mode="after")
    def _check_defects(self) -> Self:
        metered = {meter.usage for meter in self.metered()} if self.defects else set()
        for number, defect in enumerate(self.defects):
            named = [defect.usage]
            if isinstance(defect, SwappedMeters):
                named.append(defect.other)
            for usage in named:
                if usage is not None and usage not in metered:
                    raise MemberError(
                        f"a defect is of usage {usage!r}, which the site does not meter. "
                        f"Use {', '.join(sorted(metered))}.",
                        "defects",
                        number,
                    )
        return self

    def metered(self) -> tuple[MeterSpec, ...]:
        """Return the meters of the site, also those of a preset."""
        if isinstance(self.meters, tuple):
            return self.meters
        usages = usages_of(self.meters or USUAL, self.building)
        # Usages of a preset are valid. Building the validator of a meter would take 10 ms.
        return tuple(MeterSpec.model_construct(usage=usage) for usage in usages)


class PortfolioSpec(Spec):
    """Many sites, drawn from the mix; the first ones do not depend on *count*."""

    count: int | None = Field(
        default=None, ge=1, le=100_000, description="Default: the sum of the weights of the mix."
    )
    customer: Email | None = Field(
        default=None, description="Email of the owner; default: the first customer."
    )
    mix: dict[Building, Annotated[int, Field(ge=1, le=1000)]] = Field(
        default={}, description="Weights of building types; default: all types alike."
    )
    countries: tuple[Country, ...] | None = Field(default=None, description="Default: all.")
    cities: tuple[GazetteerCity, ...] | None = Field(default=None, description="Default: all.")
    meters: Preset = USUAL
    interval: Interval | None = Field(default=None, description="Default: that of the scenario.")
    arrival: Arrival | None = Field(default=None, description="Default: that of the scenario.")
    history: History | None = Field(default=None, description="Default: that of the scenario.")
    registered: float = Field(
        default=1.0, ge=0, le=1, description="Share of sites that are registered from the start."
    )
    defects: tuple[DefectSpec, ...] = ()
    scoring_verdict: ScoringDecisionSpec | None = Field(
        default=None, description="Decision on its scoring requests; default: that of the scenario."
    )

    @field_validator("countries", "cities")
    @classmethod
    def _require_items(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else require_non_empty(values)

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        if self.countries is not None and self.cities is not None:
            raise MemberError(
                "`countries` and `cities` exclude each other. Remove one.", "countries"
            )
        return self

    def weights(self) -> dict[str, int]:
        """Return the weight of each building type in the mix."""
        return dict(self.mix) or dict.fromkeys(building_types(), 1)

    def size(self) -> int:
        """Return the number of sites."""
        return self.count if self.count is not None else sum(self.weights().values())
