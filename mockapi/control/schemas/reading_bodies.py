"""Bodies of pushed readings and of data defects."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.validation import MemberError
from mockapi.http.json_bodies import json_number, max_items
from mockapi.settings import Instant
from mockapi.store.tables import PushedReading
from mockapi.timeseries.defects.incident import MeterIncident

_HOUR = 3_600


class IncidentView(AdminBody):
    """Incident of a data defect at a meter.

    It affects the readings whose intervals begin in [begin, end). `end` is null if it is never
    corrected. `settings` are those of the scenario, with random values filled in.
    """

    site: str
    meter: str
    keys: tuple[str, ...] = Field(description="Keys of the affected timeseries.")
    kind: str
    begin: str = Field(json_schema_extra={"format": "date-time"})
    end: str | None = Field(json_schema_extra={"format": "date-time"})
    effect: str = Field(description="Description of the effect on the readings.")
    settings: dict[str, bool | float | str]

    @classmethod
    def of(cls, finding: MeterIncident) -> Self:
        effect, settings = _EFFECTS[finding.incident.kind](finding)
        return cls(
            site=finding.site,
            meter=finding.meter,
            keys=finding.keys,
            kind=finding.incident.kind,
            begin=timestamps.format_seconds(finding.begin),
            end=None if finding.end is None else timestamps.format_seconds(finding.end),
            effect=effect,
            settings=settings,
        )


class DefectsView(AdminBody):
    """Incidents by site and start."""

    defects: tuple[IncidentView, ...]
    has_more: bool = Field(description="True if there are more than the limit.")


Effect = tuple[str, dict[str, bool | float | str]]


def _missing(finding: MeterIncident) -> Effect:
    return "no readings", {}


def _stuck(finding: MeterIncident) -> Effect:
    return "readings repeat the last value before it began", {}


def _zero(finding: MeterIncident) -> Effect:
    catches_up = bool(finding.incident.mode)
    last = ", and the last is the sum of the missing ones" if catches_up else ""
    return f"readings of 0 {finding.unit}{last}", {"catch_up": catches_up}


def _spike(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"one reading times {size:g}", {"factor": size}


def _negative(finding: MeterIncident) -> Effect:
    return "readings with the opposite sign", {}


def _unit(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"readings times {size:g}, still called {finding.unit}", {"factor": size}


def _replacement(finding: MeterIncident) -> Effect:
    one, gap = finding.incident, finding.gap_seconds
    steps = f"times {one.size:g} in steps of {one.resolution:g} {finding.unit}"
    effect = f"no readings for {_lasting(gap)}, then {steps}" if gap else f"readings {steps}"
    return effect, {"gain": one.size, "gap_seconds": gap, "resolution": one.resolution}


def _rollover(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"one reading less by {size:g} {finding.unit}", {"counts": size}


def _register(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"the sum since it began, from {size:g} {finding.unit} on", {"start": size}


def _twice(finding: MeterIncident) -> Effect:
    equal = finding.incident.mode == "equal"
    second = "with the same value" if equal else "the second time a twentieth higher"
    return f"readings come twice, {second}", {"equal": equal}


def _zone(finding: MeterIncident) -> Effect:
    one = finding.incident
    if one.mode == "hours":
        return f"dates {one.size:+g} hours off", {"hours": one.size}
    effects = {
        "wall_clock": "dates are those of the site's clock, called UTC",
        "summer_only": "dates an hour late in summer, as daylight saving time says",
        "interval_end": "dates are those of the interval's end",
    }
    return effects[one.mode], {"mode": one.mode}


def _changeover(finding: MeterIncident) -> Effect:
    one = finding.incident
    spring = one.size > 0
    effects = {
        "missing_hour": "the hour after the change has no readings",
        "doubled_hour": "the skipped hour comes too, as zeros"
        if spring
        else "the hour that comes twice comes once, with the readings of both",
        "always_24_hours": "the skipped hour comes too, as the hour after it"
        if spring
        else "the hour that comes twice has the same dates both times",
        "last_hour_lost": "the last hour of the day has no readings",
    }
    settings: dict[str, bool | float | str] = {"mode": one.mode, "clock_moves_seconds": one.size}
    return effects[one.mode], settings


def _drift(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"dates {size:+g} s off after 30 days, and so on", {"seconds_per_month": size}


def _swapped(finding: MeterIncident) -> Effect:
    other = finding.other or ""
    return f"readings of the meter {other}", {"with_meter": other}


def _co2(finding: MeterIncident) -> Effect:
    size = finding.incident.size
    return f"readings {size:+g} {finding.unit} off after 30 days, and so on", {
        "ppm_per_month": size
    }


def _lasting(seconds: float) -> str:
    return f"{seconds / _HOUR:g} h"


_EFFECTS = {
    "short_gap": _missing,
    "long_outage": _missing,
    "stuck_value": _stuck,
    "stuck_at_zero": _zero,
    "spike": _spike,
    "negative": _negative,
    "unit_change": _unit,
    "meter_replacement": _replacement,
    "register_rollover": _rollover,
    "cumulative": _register,
    "duplicates": _twice,
    "time_zone_mistake": _zone,
    "dst_mistake": _changeover,
    "clock_drift": _drift,
    "swapped_meters": _swapped,
    "co2_drift": _co2,
}


_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_MOST = 25_000
_HIGHEST = 1e15
"""Above any meter reading, and low enough for finite sums over years."""


def whole_second(at: datetime) -> datetime:
    """Return *at*; raise `ValueError` unless it is a whole second of 1900 to 2199."""
    if at.microsecond:
        raise ValueError("must be a whole second")
    if not _EARLIEST <= at < _LATEST:
        raise ValueError("must be in the years 1900 to 2199")
    return at


ReadingDate = Annotated[Instant, AfterValidator(whole_second)]


class ReadingInput(AdminRequest):
    """Reading to push."""

    date: ReadingDate
    value: float = Field(
        ge=-_HIGHEST, le=_HIGHEST, strict=True, description="In the unit of the measurement."
    )


class PushReadingsRequest(AdminRequest):
    """Readings of one key to create or correct."""

    # To avoid a warning: FastAPI wraps a body in a field, and pydantic needs its schema then.
    model_config = ConfigDict(
        defer_build=False,
        json_schema_extra={
            "examples": [
                {
                    "key": "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0",
                    "readings": [{"date": "2026-06-01T08:00:00Z", "value": 41.5}],
                }
            ]
        },
    )

    key: str = Field(min_length=1, description="Key of the timeseries of a measurement.")
    readings: Annotated[tuple[ReadingInput, ...], max_items(_MOST)] = Field(
        min_length=1, max_length=_MOST
    )

    @model_validator(mode="after")
    def _one_reading_per_date(self) -> Self:
        seen = set()
        for number, each in enumerate(self.readings):
            if each.date in seen:
                raise MemberError(
                    f"{timestamps.format_seconds(each.date)} is given twice. Remove one",
                    "readings",
                    number,
                    "date",
                )
            seen.add(each.date)
        return self


class PushResultView(AdminBody):
    """Result of a push."""

    key: str
    count: int
    updated_at: str = Field(json_schema_extra={"format": "date-time"})


class WithdrawalResultView(AdminBody):
    """Result of a withdrawal."""

    key: str
    count: int


class PushedReadingView(AdminBody):
    """Pushed reading. The value is null if it was withdrawn."""

    key: str
    date: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float | None
    updated_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, pushed: PushedReading) -> Self:
        return cls(
            key=pushed.key,
            date=timestamps.format_seconds(pushed.at),
            value=None if pushed.value is None else json_number(pushed.value),
            updated_at=timestamps.format_seconds(pushed.pushed_at),
        )


class PushedReadingsView(AdminBody):
    """Pushed readings by key, date and time."""

    readings: tuple[PushedReadingView, ...]
    has_more: bool = Field(description="True if there are more than the limit.")
