"""Meters of scenarios, and the delivery of their readings."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.domain.validation import MemberError
from mockapi.scenario.defects import DefectSpec
from mockapi.scenario.field_types import (
    PathSegment,
    Preset,
    Quantity,
    Share,
    Spec,
    Text,
    Usage,
    suggest_values,
    unique_by,
)
from mockapi.settings import ClockInstant

Chance = Annotated[float, Field(ge=0, le=1)]
_AT_ONCE = timedelta(0)
STEP_LENGTH = timedelta(minutes=15)
"""Length of the steps that readings are generated in."""


class ArrivalSpec(Spec):
    """Delivery of readings by the gateway of a site.

    assumption: gateways upload every quarter of an hour, hour or day; as measured elsewhere,
    readings are late, missing for days, estimated, and corrected.
    """

    every: timedelta | None = Field(
        default=None,
        ge=_AT_ONCE,
        le=timedelta(days=7),
        description="Time between two uploads, PT0S for one upload per reading; drawn by default.",
    )
    delay: timedelta = Field(
        default=timedelta(minutes=10),
        ge=_AT_ONCE,
        le=timedelta(days=31),
        description="Time from an upload until its readings are visible.",
    )
    late: Chance = Field(
        default=0.03, description="Share of the days of a meter that are up to two weeks late."
    )
    silent: Chance = Field(default=0.02, description="Share of weeks with days without uploads.")
    estimated: Chance = Field(
        default=0.015, description="Share of the days of a meter that are estimated at first."
    )
    restated: Chance = Field(
        default=0.06, description="Share of the months of a meter that are corrected on the tenth."
    )
    backfill: timedelta = Field(
        default=timedelta(days=30),
        ge=_AT_ONCE,
        le=timedelta(days=36_525),
        description="History delivered per minute after a registration; PT0S delivers all at once.",
    )


_NAMED_ARRIVALS: dict[object, object] = {
    "realistic": {},
    "punctual": {
        "every": "PT0S",
        "late": 0,
        "silent": 0,
        "estimated": 0,
        "restated": 0,
        "backfill": "PT0S",
    },
}


def _expand_name(value: object) -> object:
    if isinstance(value, str) and value not in _NAMED_ARRIVALS:
        names = ", ".join(map(str, _NAMED_ARRIVALS))
        raise ValueError(f"{value!r} is not a known arrival. Use {names}, or its keys.")
    return _NAMED_ARRIVALS[value] if isinstance(value, str) else value


Arrival = Annotated[
    ArrivalSpec,
    BeforeValidator(
        _expand_name, json_schema_input_type=Literal["realistic", "punctual"] | ArrivalSpec
    ),
]


_ROUNDING = 1e-9


class ReadingSpec(Spec):
    """A given reading."""

    date: ClockInstant
    updated_at: ClockInstant
    value: Quantity


class MeasurementSpec(Spec):
    """A channel of a meter, with generated readings unless *readings* are given."""

    name: Text
    id: PathSegment | None = None
    key: PathSegment | None = None
    unit: Text | None = None
    readings: Annotated[tuple[ReadingSpec, ...], unique_by("date")] | None = None


class SubmeterSpec(Spec):
    """A submeter, which measures a share of its main meter."""

    name: Text
    share: Share
    id: PathSegment | None = None
    gateway_id: PathSegment | None = None


def _check_total(submeters: tuple[SubmeterSpec, ...]) -> tuple[SubmeterSpec, ...]:
    total = sum(each.share for each in submeters)
    if total > 1 + _ROUNDING:
        raise ValueError(f"the shares of the submeters sum to {total:g}. Use at most 1.")
    return submeters


def _require_no_usage(defects: tuple[DefectSpec, ...]) -> tuple[DefectSpec, ...]:
    for each in defects:
        if each.usage is not None:
            raise ValueError("`usage` is not allowed in a defect of one meter. Remove it.")
    return require_no_share(defects)


def require_no_share(defects: tuple[DefectSpec, ...]) -> tuple[DefectSpec, ...]:
    """Return *defects*. Raise `ValueError` if one has a `share`, which only portfolios use."""
    for each in defects:
        if "share" in each.model_fields_set:
            raise ValueError("`share` is allowed in defects of a portfolio only. Remove it.")
    return defects


Resolution = Annotated[float, Field(ge=1e-6, le=1e6)]
Total = Annotated[float, Field(ge=1e-6, le=1e12)]
"""A total in the unit of a measurement; limited so that 64 bits can count it."""

_LONGEST_PERIOD = timedelta(days=1_100)
"""Three years, which are modeled to find the level of a meter."""


class PeriodTotalSpec(Spec):
    """Total of a period, such as a month of bills, from which that of a year follows."""

    total: Total = Field(description="In the unit of the first measurement.")
    since: ClockInstant
    until: ClockInstant

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if not STEP_LENGTH <= self.until - self.since <= _LONGEST_PERIOD:
            raise ValueError(
                "the period must have a quarter of an hour to three years. Correct since or until."
            )
        return self


def _kind_of_total(given: Any) -> str:
    return "period" if isinstance(given, Mapping | PeriodTotalSpec) else "year"


YearlySpec = Annotated[
    Annotated[Total, Tag("year")] | Annotated[PeriodTotalSpec, Tag("period")],
    Discriminator(_kind_of_total),
]
"""The total of a usual year, or that of a period."""


class MeterSpec(Spec):
    """A meter, for a usage of the catalog, or for another one with *commodity*.

    Several meters of one usage divide what one would measure at the site, except sensors of air. A
    meter with *yearly* or with given readings does not: it measures the whole site.
    """

    usage: Usage
    commodity: Text | None = None
    id: PathSegment | None = None
    name: Text | None = None
    gateway_id: PathSegment | None = Field(default=None, description="Default: drawn for the site.")
    interval: Interval | None = Field(default=None, description="Default: that of the site.")
    resolution: Resolution | None = Field(
        default=None,
        description="Smallest step of the first measurement, in its unit; drawn by default.",
    )
    yearly: YearlySpec | None = Field(
        default=None,
        description="Total of a usual year of the first measurement, in its unit, or the `total` "
        "of a period: generated readings are scaled to it. Default: that of such a building.",
    )
    measurements: tuple[MeasurementSpec, ...] | None = None
    submeters: Annotated[tuple[SubmeterSpec, ...], AfterValidator(_check_total)] = ()
    defects: Annotated[tuple[DefectSpec, ...], AfterValidator(_require_no_usage)] = ()

    @model_validator(mode="after")
    def _check_usage(self) -> Self:
        usages = catalog().by_usage()
        if self.commodity is None and self.usage not in usages:
            raise MemberError(
                f"{self.usage!r} is not a usage of the catalog. "
                f"{suggest_values(self.usage, list(usages))} "
                "For another one, add `commodity` and `measurements`.",
                "usage",
            )
        if self.submeters and self.measurements is not None:
            raise MemberError(
                "`measurements` and `submeters` exclude each other. Remove one.", "submeters"
            )
        return self


def _kind_of(meters: Any) -> str:
    return "preset" if isinstance(meters, str) else "list"


MetersSpec = Annotated[
    Annotated[Preset, Tag("preset")] | Annotated[tuple[MeterSpec, ...], Tag("list")],
    Discriminator(_kind_of),
]
"""The name of a preset, or a list of meters."""
