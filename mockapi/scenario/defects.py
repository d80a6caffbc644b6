"""Shapes the defects that a scenario may put into its data; one class for each kind.

Rates count occurrences in a year of one meter. Without `at` and `rate`, a defect comes at its
kind's usual rate; with `at`, it comes once, then. What is left open is drawn anew each time.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from mockapi.scenario.field_types import Share, Spec, Text, Usage
from mockapi.settings import ClockInstant

Lasting = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_525))]


class DefectBase(Spec):
    """What all defects say: when, and in which of a site's meters."""

    at: ClockInstant | None = Field(default=None, description="When it comes, once.")
    rate: float | None = Field(
        default=None,
        gt=0,
        le=35_064,
        description="How often a year it comes by chance; as often as its kind does if unset.",
    )
    usage: Usage | None = Field(
        default=None, description="Which of the site's meters have it; all of them if unset."
    )
    share: Share = Field(
        default=1.0, description="Of a portfolio: the share of sites that have it."
    )

    @model_validator(mode="after")
    def _come_once_or_often(self) -> Self:
        if self.at is not None and self.rate is not None:
            raise ValueError("state `at` or `rate`, not both")
        return self


class Spell(DefectBase):
    """A defect that stays for a while."""

    lasting: Lasting | None = Field(
        default=None, alias="for", description="How long it stays; drawn if unset."
    )


class ShortGap(Spell):
    """Readings of some hours are missing."""

    kind: Literal["short_gap"]


class LongOutage(Spell):
    """Readings of days to weeks are missing."""

    kind: Literal["long_outage"]


class StuckValue(Spell):
    """The same reading over and over."""

    kind: Literal["stuck_value"]


class StuckAtZero(Spell):
    """Zeros, after which the whole amount may come at once."""

    kind: Literal["stuck_at_zero"]
    catch_up: bool | None = Field(
        default=None, description="Whether the last reading is the missed sum; drawn if unset."
    )


class Spike(DefectBase):
    """One reading far too high."""

    kind: Literal["spike"]
    factor: float | None = Field(
        default=None, gt=1, le=2**32, description="10, 100 or 1000 if unset."
    )


class Negative(Spell):
    """Readings below zero."""

    kind: Literal["negative"]


class UnitChange(Spell):
    """Readings in another unit from then on, under the old unit's name."""

    kind: Literal["unit_change"]
    factor: float | None = Field(
        default=None, gt=0, le=1e9, description="1000 is Wh for kWh; one that fits if unset."
    )


class MeterReplacement(DefectBase):
    """Another meter from then on, with a gap, a gain and a resolution of its own."""

    kind: Literal["meter_replacement"]
    gain: float | None = Field(default=None, gt=0, le=10, description="0.98 to 1.02 if unset.")
    gap: timedelta | None = Field(
        default=None,
        ge=timedelta(0),
        le=timedelta(days=366),
        description="Without readings at first; up to two days if unset.",
    )
    resolution: float | None = Field(
        default=None, gt=0, le=1e6, description="The old one's if unset."
    )


class RegisterRollover(DefectBase):
    """The register overflows: one large negative difference."""

    kind: Literal["register_rollover"]
    counts: float | None = Field(
        default=None,
        gt=0,
        le=1e15,
        description="The units it holds; 65,536 or 100,000 counts of the meter if unset.",
    )


class Cumulative(Spell):
    """The register's state instead of the use of the interval."""

    kind: Literal["cumulative"]
    start: float = Field(default=0.0, ge=0, le=1e15, description="What the register says at first.")


class Duplicates(Spell):
    """Readings that come twice."""

    kind: Literal["duplicates"]
    equal: bool | None = Field(
        default=None, description="Whether both have the same value; drawn if unset."
    )


class TimeZoneMistake(Spell):
    """Readings under times that are some hours off."""

    kind: Literal["time_zone_mistake"]
    hours: float | None = Field(
        default=None, ge=-14, le=14, description="By how many; as `mode` says if unset."
    )
    mode: Literal["wall_clock", "summer_only", "interval_end"] = Field(
        default="wall_clock",
        description="The site's clock taken for UTC, an hour in summer, the end for the beginning.",
    )


class DstMistake(Spell):
    """A change of daylight saving time that was taken wrongly."""

    kind: Literal["dst_mistake"]
    mode: Literal["missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost"] | None = (
        Field(default=None, description="What becomes of the hour; drawn if unset.")
    )


class ClockDrift(Spell):
    """A clock that goes wrong until it is set right at once."""

    kind: Literal["clock_drift"]
    seconds_per_month: float = Field(default=120.0, ge=-86_400, le=86_400)


class SwappedMeters(Spell):
    """Two meters that deliver each other's readings."""

    kind: Literal["swapped_meters"]
    other: Text | None = Field(
        default=None, alias="with", description="Usage of the other meter; drawn if unset."
    )


class Co2Drift(Spell):
    """A sensor that reads more every month."""

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

KINDS = frozenset(get_args(each.model_fields["kind"].annotation)[0] for each in get_args(AnyDefect))
