"""Bodies of timeseries (docs/contract/timeseries.md#readings)."""

from pydantic import Field

from mockapi.http.body import ApiModel


class ReadingBody(ApiModel):
    """A value; `date` is when it was measured, `updatedAt` when it became visible."""

    date: str = Field(json_schema_extra={"format": "date-time"})
    updated_at: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float


class TimeseriesBody(ApiModel):
    """The readings under one key."""

    key: str
    values: tuple[ReadingBody, ...]
