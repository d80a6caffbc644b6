"""Bodies of the clock, of changes and of timeline events."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.clock import HIGHEST_RATE, ClockState, Mode
from mockapi.domain.timestamps import Duration
from mockapi.http.json_bodies import json_number
from mockapi.settings import ClockInstant
from mockapi.world.timeline import TimelineEvent

_OWN_MEMBERS = {"event", "at", "after", "duration"}


class EventView(AdminBody):
    """Event of the timeline."""

    event: str
    at: str = Field(json_schema_extra={"format": "date-time"})
    until: str | None = Field(
        default=None,
        description="When it ends; null or missing if it never ends.",
        json_schema_extra={"format": "date-time"},
    )
    state: Literal["upcoming", "active", "past"]
    settings: dict[str, Any] = Field(description="Other settings of the event in the scenario.")

    @classmethod
    def of(cls, event: TimelineEvent) -> Self:
        return cls(
            event=event.event.event,
            at=_to_text(event.at),
            until=None if event.until is None else _to_text(event.until),
            state=event.state,
            settings=event.event.model_dump(mode="json", exclude=_OWN_MEMBERS, exclude_none=True),
        )


def _to_text(at: datetime) -> str:
    return timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))


def _duration(value: object) -> object:
    # Other types than text are rejected like empty text.
    return timestamps.parse_duration(value if isinstance(value, str) else "")


AsDuration = Annotated[
    Duration,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["P1DT2H"]}),
]


class SetClockRequest(AdminRequest):
    """Change of the clock: exactly one of four. The clock only moves forward."""

    # To avoid a warning: FastAPI wraps a body in a field, and pydantic needs its schema then.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"advance": "P1DT2H"}]}
    )

    freeze: ClockInstant | None = Field(
        default=None, description="Freeze the clock at this instant."
    )
    advance: AsDuration | None = Field(
        default=None,
        description="Advance by this ISO 8601 duration. Months and years follow the calendar.",
    )
    rate: float | None = Field(
        default=None,
        ge=0,
        le=HIGHEST_RATE,
        strict=True,
        description="World seconds per real second. 0 freezes the clock.",
    )
    follow: Literal["system"] | None = Field(
        default=None, description="Follow the system clock of the server."
    )

    @model_validator(mode="after")
    def _exactly_one_change(self) -> Self:
        changes = type(self).model_fields
        if len([name for name in changes if getattr(self, name) is not None]) != 1:
            raise ValueError(f"must have exactly one of {', '.join(changes)}")
        return self


class ClockView(AdminBody):
    """Time, mode and rate of the clock of a world."""

    now: str = Field(json_schema_extra={"format": "date-time"})
    mode: Mode
    rate: int | float = Field(description="World seconds per real second. 0 if frozen.")

    @classmethod
    def of(cls, now: datetime, course: ClockState) -> Self:
        return cls(now=_to_text(now), mode=course.mode, rate=json_number(course.rate))


class ChangesView(AdminBody):
    """Changes between two instants."""

    since: str = Field(json_schema_extra={"format": "date-time"})
    until: str = Field(json_schema_extra={"format": "date-time"})
    readings_arrived: int
    sites_counted: int = Field(
        description="Number of sites whose readings were counted: at most 25, and fewer for more "
        "than ten years."
    )
    all_sites: bool = Field(description="True if the readings of all sites were counted.")
    tokens_expired: int
    requests_configured: int
    requests_rejected: int
    events: tuple[str, ...] = Field(description="Events of the timeline.")
