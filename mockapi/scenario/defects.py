"""Shapes the defects that a scenario may put into its data; one class for each kind.

Rates count occurrences in a year of one series. Without `at` and `rate`, a defect comes at its
kind's usual rate; with `at`, it comes once, then.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from mockapi.scenario.words import Share, Spec, Text, Usage
from mockapi.settings import Instant

_A_DAY = timedelta(days=1)
Lasting = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=36_525))]


class DefectBase(Spec):
    """What all defects say: when, and in which of a site's meters."""

    at: Instant | None = Field(default=None, description="When it comes, once.")
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
    catch_up: bool = Field(default=True, description="Delivers the missed sum at the end.")


class Spike(DefectBase):
    """One reading far too high."""

    kind: Literal["spike"]
    factor: float = Field(default=10.0, gt=1, le=2**32)


class Negative(Spell):
    """Readings below zero."""

    kind: Literal["negative"]


class UnitChange(Spell):
    """Readings in another unit from then on, under the old unit's name."""

    kind: Literal["unit_change"]
    factor: float = Field(default=1000.0, gt=0, le=1e9, description="1000 is Wh for kWh.")


class MeterReplacement(DefectBase):
    """Another meter from then on, with a gap, a gain and a resolution of its own."""

    kind: Literal["meter_replacement"]
    gain: float = Field(default=1.02, gt=0, le=10)
    gap: timedelta = Field(default=_A_DAY, ge=timedelta(0), le=timedelta(days=366))
    resolution: float | None = Field(default=None, gt=0, description="The old one's if unset.")


class RegisterRollover(DefectBase):
    """The register overflows: one large negative difference."""

    kind: Literal["register_rollover"]
    counts: float = Field(default=65_536, gt=0, description="At how many units it starts anew.")


class Cumulative(Spell):
    """The register's state instead of the use of the interval."""

    kind: Literal["cumulative"]
    start: float = Field(default=0.0, ge=0, description="What the register says at first.")


class Duplicates(Spell):
    """Readings that come twice."""

    kind: Literal["duplicates"]
    equal: bool = Field(default=True, description="Whether both have the same value.")


class TimeZoneMistake(Spell):
    """Readings under times that are some hours off."""

    kind: Literal["time_zone_mistake"]
    hours: float | None = Field(
        default=None, ge=-14, le=14, description="The site's own offset from UTC if unset."
    )


class DstMistake(Spell):
    """A change of daylight saving time that was taken wrongly."""

    kind: Literal["dst_mistake"]
    mode: Literal["missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost"] = (
        "always_24_hours"
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
