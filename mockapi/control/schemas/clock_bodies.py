"""Shapes what the control API takes and tells of a world's clock."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.clock import HIGHEST_RATE, ClockState, Mode
from mockapi.domain.timestamps import Duration
from mockapi.http.body import json_number
from mockapi.scenario.timeline import AnyEvent
from mockapi.settings import ClockInstant

_TOLD_APART = {"event", "at", "after", "duration"}


class EventView(AdminBody):
    """Something that happens in a world by itself, and whether it has."""

    event: str
    at: str = Field(json_schema_extra={"format": "date-time"})
    until: str | None = Field(
        default=None,
        description="When it is over, if ever.",
        json_schema_extra={"format": "date-time"},
    )
    state: Literal["upcoming", "active", "past"]
    settings: dict[str, Any] = Field(description="What else the scenario says of it.")

    @classmethod
    def of(
        cls,
        event: AnyEvent,
        at: datetime,
        until: datetime | None,
        state: Literal["upcoming", "active", "past"],
    ) -> Self:
        return cls(
            event=event.event,
            at=_spelled(at),
            until=None if until is None else _spelled(until),
            state=state,
            settings=event.model_dump(mode="json", exclude=_TOLD_APART, exclude_none=True),
        )


def _spelled(at: datetime) -> str:
    return timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))


def _duration(value: object) -> object:
    # What is no text is refused as empty text is: a duration's own shape is not for outside.
    return timestamps.parse_duration(value if isinstance(value, str) else "")


AsDuration = Annotated[
    Duration,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["P1DT2H"]}),
]


class SetClockRequest(AdminRequest):
    """What is to become of the clock: one of four, and forward only."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"advance": "P1DT2H"}]}
    )

    freeze: ClockInstant | None = Field(
        default=None, description="An instant to stand still at from now on."
    )
    advance: AsDuration | None = Field(
        default=None,
        description="An ISO 8601 duration to move on by; months and years by the calendar.",
    )
    rate: float | None = Field(
        default=None,
        ge=0,
        le=HIGHEST_RATE,
        strict=True,
        description="How many seconds pass in a second from now on; 0 stands still.",
    )
    follow: Literal["system"] | None = Field(
        default=None, description="Shows what the machine's clock shows."
    )

    @model_validator(mode="after")
    def _move_in_one_way(self) -> Self:
        ways = type(self).model_fields
        if len([name for name in ways if getattr(self, name) is not None]) != 1:
            raise ValueError(f"state exactly one of {', '.join(ways)}")
        return self


class ClockView(AdminBody):
    """A world's time and how it goes."""

    now: str = Field(json_schema_extra={"format": "date-time"})
    mode: Mode
    rate: int | float = Field(description="Seconds that pass in a second; 0 while it is frozen.")

    @classmethod
    def of(cls, now: datetime, course: ClockState) -> Self:
        told = timestamps.format_nanoseconds(timestamps.to_nanoseconds(now))
        return cls(now=told, mode=course.mode, rate=json_number(course.rate))


class ChangesView(AdminBody):
    """What came about after one instant and by another."""

    since: str = Field(json_schema_extra={"format": "date-time"})
    until: str = Field(json_schema_extra={"format": "date-time"})
    readings_arrived: int
    sites_counted: int = Field(description="Of how many sites readings were counted.")
    all_sites: bool = Field(description="Whether these are all sites with readings.")
    tokens_expired: int
    requests_configured: int
    requests_rejected: int
    events: tuple[str, ...] = Field(description="Of the timeline.")
