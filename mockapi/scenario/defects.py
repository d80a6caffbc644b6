"""Data defects of scenarios, one class per kind.

A rate is the number of occurrences per year and meter. Without `at` and `rate` a defect occurs at
the usual rate of its kind; with `at` it occurs once, at that time. Other values that are not given
are drawn for each occurrence.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from mockapi.domain.validation import MemberError
from mockapi.scenario.field_types import Share, Spec, Text, Usage
from mockapi.settings import ClockInstant

PositiveDuration = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_525))]


class DefectBase(Spec):
    """Base model for defects: when they occur, and at which meters."""

    at: ClockInstant | None = Field(default=None, description="Time of the only occurrence.")
    rate: float | None = Field(
        default=None,
        gt=0,
        le=35_064,
        description="Random occurrences per year; default: the usual rate of the kind.",
    )
    usage: Usage | None = Field(
        default=None, description="Usage of the affected meters; default: all meters."
    )
    share: Share = Field(default=1.0, description="Share of the affected sites of a portfolio.")

    @model_validator(mode="after")
    def _check_time(self) -> Self:
        if self.at is not None and self.rate is not None:
            raise MemberError("`at` and `rate` exclude each other. Remove one.", "at")
        return self


class DurationDefect(DefectBase):
    """Base model for defects with a duration."""

    duration: PositiveDuration | None = Field(
        default=None, alias="for", description="Duration; drawn by default."
    )


class ShortGap(DurationDefect):
    """Missing readings of some hours."""

    kind: Literal["short_gap"]


class LongOutage(DurationDefect):
    """Missing readings of days to weeks."""

    kind: Literal["long_outage"]


class StuckValue(DurationDefect):
    """The same value in all readings."""

    kind: Literal["stuck_value"]


class StuckAtZero(DurationDefect):
    """Zeros, which may end with one reading of the whole amount."""

    kind: Literal["stuck_at_zero"]
    catch_up: bool | None = Field(
        default=None,
        description="Whether the last reading is the missing sum; drawn by default.",
    )


class Spike(DefectBase):
    """One reading that is far too high."""

    kind: Literal["spike"]
    factor: float | None = Field(
        default=None, gt=1, le=2**32, description="Default: 10, 100 or 1000."
    )


class Negative(DurationDefect):
    """Negative readings."""

    kind: Literal["negative"]


class UnitChange(DurationDefect):
    """Readings in another unit, under the name of the old one."""

    kind: Literal["unit_change"]
    factor: float | None = Field(
        default=None, gt=0, le=1e9, description="1000 is Wh for kWh; default: one for the unit."
    )


class MeterReplacement(DefectBase):
    """Replacement by a meter with another gain and resolution, after a gap."""

    kind: Literal["meter_replacement"]
    gain: float | None = Field(default=None, gt=0, le=10, description="Default: 0.98 to 1.02.")
    gap: timedelta | None = Field(
        default=None,
        ge=timedelta(0),
        le=timedelta(days=366),
        description="Time without readings at the start; default: up to two days.",
    )
    resolution: float | None = Field(default=None, gt=0, le=1e6, description="Default: as before.")


class RegisterRollover(DefectBase):
    """Overflow of the register: one large negative difference."""

    kind: Literal["register_rollover"]
    counts: float | None = Field(
        default=None,
        gt=0,
        le=1e15,
        description="Size of the register in units; default: 65,536 or 100,000 steps of the meter.",
    )


class Cumulative(DurationDefect):
    """The state of the register instead of the consumption per interval."""

    kind: Literal["cumulative"]
    start: float = Field(default=0.0, ge=0, le=1e15, description="First state of the register.")


class Duplicates(DurationDefect):
    """Readings that are delivered twice."""

    kind: Literal["duplicates"]
    equal: bool | None = Field(
        default=None, description="Whether both have the same value; drawn by default."
    )


class TimeZoneMistake(DurationDefect):
    """Readings with timestamps that are wrong by some hours."""

    kind: Literal["time_zone_mistake"]
    hours: float | None = Field(
        default=None, ge=-14, le=14, description="Error in hours; default: given by `mode`."
    )
    mode: Literal["wall_clock", "summer_only", "interval_end"] = Field(
        default="wall_clock",
        description="Local time as UTC, one hour in summer, or end of an interval as start.",
    )


class DstMistake(DurationDefect):
    """A wrong treatment of a change of daylight saving time."""

    kind: Literal["dst_mistake"]
    mode: Literal["missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost"] | None = (
        Field(default=None, description="What happens to the hour; drawn by default.")
    )


class ClockDrift(DurationDefect):
    """A clock that drifts until it is set."""

    kind: Literal["clock_drift"]
    seconds_per_month: float = Field(default=120.0, ge=-86_400, le=86_400)


class SwappedMeters(DurationDefect):
    """Two meters with exchanged readings."""

    kind: Literal["swapped_meters"]
    other: Text | None = Field(
        default=None, alias="with", description="Usage of the other meter; drawn by default."
    )


class Co2Drift(DurationDefect):
    """A CO2 sensor whose values rise every month."""

    kind: Literal["co2_drift"]
    ppm_per_month: float = Field(default=2.0, ge=-100, le=100)


AnyDefect = (
    ShortGap
    | LongOutage
    | StuckValue
    | StuckAtZero
    | Spike
    | Negative
    | UnitChange
    | MeterReplacement
    | RegisterRollover
    | Cumulative
    | Duplicates
    | TimeZoneMistake
    | DstMistake
    | ClockDrift
    | SwappedMeters
    | Co2Drift
)
DefectSpec = Annotated[AnyDefect, Field(discriminator="kind")]

DEFECT_KINDS = frozenset(
    get_args(each.model_fields["kind"].annotation)[0] for each in get_args(AnyDefect)
)
