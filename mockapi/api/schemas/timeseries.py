"""Bodies of timeseries (docs/contract/timeseries.md#readings).

As models for the OpenAPI documents, and as text for speed.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from mockapi.api.schemas.response_cache import Recent
from mockapi.domain import timestamps
from mockapi.http.body import Wire, numbers

if TYPE_CHECKING:
    from mockapi.api.schemas.encoding import Spelled, Texts
    from mockapi.timeseries.delivery.arrival import Batch, Reading, Run

_PIECE = 250_000
# Per process and not per world: both are pure functions of their keys. Twenty meters have a year
# of quarter-hours in 2 MB of values, and share 3 MB of heads; two days of a thousand sites have
# 3 MB of values.
_HEADS: "Recent[Texts]" = Recent(6_000_000)
_VALUES: "Recent[Spelled]" = Recent(8_000_000)


class ReadingBody(Wire):
    """One value; `date` is when it was measured, `updatedAt` when it became visible."""

    date: str = Field(json_schema_extra={"format": "date-time"})
    updated_at: str = Field(json_schema_extra={"format": "date-time"})
    value: int | float


class TimeseriesBody(Wire):
    """The readings under one key."""

    key: str
    values: tuple[ReadingBody, ...]


def encode_timeseries(
    series: "Iterable[tuple[str, Iterable[Run | Batch | Reading]]]",
) -> Iterator[bytes]:
    """Yield the JSON array of *series* in pieces; a series without readings is left out.

    Written by hand: a model for each of a hundred thousand readings costs a hundred times as much.
    """
    pieces: list[bytes] = []
    waiting = 0
    closing = b""
    for key, parts in series:
        opening = (closing or b"[") + f'{{"key":{json.dumps(key)},"values":['.encode()
        for part in parts:
            text = _text(part, opening)
            opening, closing = b",", b"]},"
            pieces.append(text)
            waiting += len(text)
            if waiting >= _PIECE:
                # A long run is a piece by itself, which joining does not copy.
                yield b"".join(pieces)
                pieces, waiting = [], 0
    pieces.append(b"]}]" if closing else b"[]")
    yield b"".join(pieces)


def _text(part: "Run | Batch | Reading", opening: bytes) -> bytes:
    # Late: a start that nobody asks for readings does without what says when they come.
    from mockapi.timeseries.delivery.arrival import Batch, Run

    if isinstance(part, Run):
        return _run(part, opening)
    return _batch(part, opening) if isinstance(part, Batch) else _reading(part, opening)


def _batch(batch: "Batch", opening: bytes) -> bytes:
    """Return the readings of *batch* as text, with *opening* before the first."""
    from mockapi.api.schemas.encoding import encode_rows

    return encode_rows(batch.begins, batch.arrivals, batch.values, opening)


def _reading(reading: "Reading", opening: bytes) -> bytes:
    """Return one reading as text, with *opening* before it."""
    at, arrived = timestamps.seconds(reading.at), timestamps.seconds(reading.updated_at)
    value = numbers([reading.value])
    return opening + f'{{"date":"{at}","updatedAt":"{arrived}","value":{value}}}'.encode()


def _run(run: "Run", opening: bytes) -> bytes:
    """Return the readings of *run* as text, with *opening* before the first."""
    # Late: numpy costs the start a fifth, and a world without readings needs none.
    from mockapi.api.schemas.encoding import Spelled, heads, weave
    from mockapi.timeseries.delivery.gateway import deliveries, edges
    from mockapi.timeseries.models.submeters import values_from

    pipeline, place = run.pipeline, (run.first, run.count)
    values = _VALUES.recall(
        (run.channel, pipeline.interval, *place),
        lambda: Spelled.of(values_from(run.channel, pipeline.interval, *place)),
    )
    before = _HEADS.recall(
        (pipeline, *place),
        lambda: heads(edges(pipeline.interval, *place)[:-1], deliveries(pipeline, *place)),
    )
    if len(run.changed):
        before = before.copy()
        begins = edges(pipeline.interval, *place)[:-1][run.changed]
        before[run.changed] = heads(begins, run.changed_at)
    return weave(before[run.rows], values.part(run.rows), opening)
