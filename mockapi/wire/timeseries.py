"""Shapes timeseries (contract.md 3.3), as models for the documents and as text for speed."""

import json
from collections.abc import Iterable, Iterator

from pydantic import Field

from mockapi.domain import instants
from mockapi.series.readings import Reading
from mockapi.wire.base import Wire, number

_CHUNK = 1_000


class ReadingBody(Wire):
    """One value; `date` is when it was measured, `updatedAt` when it became visible."""

    date: str = Field(json_schema_extra={"format": "date-time"})
    updated_at: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float


class TimeseriesBody(Wire):
    """The readings under one key."""

    key: str
    values: tuple[ReadingBody, ...]


def encode_timeseries(series: Iterable[tuple[str, Iterable[Reading]]]) -> Iterator[bytes]:
    """Yield the JSON array of *series* in pieces; a series without readings is left out.

    Written by hand: a model for each of a hundred thousand readings costs twenty times as much.
    """
    opened = False
    for key, readings in series:
        first = True
        lines: list[str] = []
        for reading in readings:
            if first:
                lines.append(f'{"," if opened else "["}{{"key":{json.dumps(key)},"values":[')
            lines.append(
                f'{"" if first else ","}{{"date":"{instants.seconds(reading.at)}",'
                f'"updatedAt":"{instants.seconds(reading.updated_at)}",'
                f'"value":{number(reading.value)}}}'
            )
            first = False
            opened = True
            if len(lines) >= _CHUNK:
                yield "".join(lines).encode()
                lines.clear()
        if not first:
            lines.append("]}")
            yield "".join(lines).encode()
    yield b"]" if opened else b"[]"
