"""Shapes what the control API takes and tells of pushed readings."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from mockapi.control.schemas.world import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.http.body import at_most, number
from mockapi.settings import Instant
from mockapi.store.tables.meters import PushedReading

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_MOST = 25_000
_HIGHEST = 1e15
"""More than any meter tells, and little enough that the sums of years stay finite."""


def whole_second(at: datetime) -> datetime:
    """Return *at*; raise `ValueError` unless it is a whole second of 1900 to 2199."""
    if at.microsecond:
        raise ValueError("a date has whole seconds, as the wire tells them")
    if not _EARLIEST <= at < _LATEST:
        raise ValueError("a date lies in the years 1900 to 2199")
    return at


ReadingDate = Annotated[Instant, AfterValidator(whole_second)]


class ReadingWish(AdminRequest):
    """What a date is to read."""

    date: ReadingDate
    value: float = Field(
        ge=-_HIGHEST, le=_HIGHEST, strict=True, description="In the unit of the measurement."
    )


class PushWish(AdminRequest):
    """Readings to be created or corrected under one key."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
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

    key: str = Field(min_length=1, description="That of a measurement's timeseries.")
    readings: Annotated[tuple[ReadingWish, ...], at_most(_MOST)] = Field(
        min_length=1, max_length=_MOST
    )

    @model_validator(mode="after")
    def _one_reading_a_date(self) -> Self:
        seen = set()
        for each in self.readings:
            if each.date in seen:
                raise ValueError(f"{timestamps.seconds(each.date)} has more than one reading")
            seen.add(each.date)
        return self


class PushedView(AdminBody):
    """What a push came to."""

    key: str
    count: int
    updated_at: str = Field(json_schema_extra={"format": "date-time"})


class WithdrawnView(AdminBody):
    """What a withdrawal came to."""

    key: str
    count: int


class PushView(AdminBody):
    """One reading that was pushed, or withdrawn: then its value is null."""

    key: str
    date: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float | None
    updated_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, pushed: PushedReading) -> Self:
        return cls(
            key=pushed.key,
            date=timestamps.seconds(pushed.at),
            value=None if pushed.value is None else number(pushed.value),
            updated_at=timestamps.seconds(pushed.pushed_at),
        )


class PushesView(AdminBody):
    """What was pushed, by key, date and time."""

    readings: tuple[PushView, ...]
    more: bool = Field(description="Whether there are more than the limit.")
