"""Shapes what the control API tells of a world's timeline."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import Field

from mockapi.domain import instants
from mockapi.scenario.timeline import AnyEvent
from mockapi.wire.admin import AdminBody

_TOLD_APART = {"event", "at", "after", "lasting"}


class EventView(AdminBody):
    """Something that happens in a world by itself, and whether it has."""

    event: str
    at: str = Field(json_schema_extra={"format": "date-time"})
    until: str | None = Field(
        default=None,
        description="When it is over, if ever.",
        json_schema_extra={"format": "date-time"},
    )
    state: Literal["coming", "present", "past"]
    settings: dict[str, Any] = Field(description="What else the scenario says of it.")

    @classmethod
    def of(
        cls,
        event: AnyEvent,
        at: datetime,
        until: datetime | None,
        state: Literal["coming", "present", "past"],
    ) -> Self:
        return cls(
            event=event.event,
            at=_spelled(at),
            until=None if until is None else _spelled(until),
            state=state,
            settings=event.model_dump(mode="json", exclude=_TOLD_APART, exclude_none=True),
        )


def _spelled(at: datetime) -> str:
    return instants.nanoseconds(instants.to_nanoseconds(at))
