"""Shapes timeseries (contract.md 3.3), as models for the documents and as text for speed."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from mockapi.domain import instants
from mockapi.series.arrival import Reading, Run
from mockapi.wire.base import Wire
from mockapi.wire.numbers import numbers
from mockapi.wire.recent import Recent

if TYPE_CHECKING:
    from mockapi.wire.rows import Spelled, Texts

_PIECE = 250_000

# Per process and not per world: both are pure functions of their keys. Twenty meters have a year
# of quarter-hours in 3 MB of values, and share 3 MB of heads.
_HEADS: "Recent[Texts]" = Recent(8_000_000)
_VALUES: "Recent[Spelled]" = Recent(12_000_000)


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
    series: Iterable[tuple[str, Iterable[Run | Reading]]],
) -> Iterator[bytes]:
    """Yield the JSON array of *series* in pieces; a series without readings is left out.

    Written by hand: a model for each of a hundred thousand readings costs a hundred times as much.
    """
    pieces: list[bytes | memoryview] = []
    waiting = 0
    opened = False
    for key, parts in series:
        started = False
        for part in parts:
            text = memoryview(_run(part) if isinstance(part, Run) else _reading(part))
            if not started:
                opening = f'{"," if opened else "["}{{"key":{json.dumps(key)},"values":['
                pieces.append(opening.encode())
                text = text[1:]  # the first reading follows no comma
                started = opened = True
            pieces.append(text)
            waiting += len(text)
            if waiting >= _PIECE:
                yield b"".join(pieces)
                pieces, waiting = [], 0
        if started:
            pieces.append(b"]}")
    pieces.append(b"]" if opened else b"[]")
    yield b"".join(pieces)


def _reading(reading: Reading) -> bytes:
    """Return one reading as text, with a comma before it."""
    at, arrived = instants.seconds(reading.at), instants.seconds(reading.updated_at)
    value = numbers([reading.value])
    return f',{{"date":"{at}","updatedAt":"{arrived}","value":{value}}}'.encode()


def _run(run: Run) -> bytes:
    """Return the readings of *run* as text, with a comma before each."""
    # Late: numpy costs the start a fifth, and a world without readings needs none.
    from mockapi.series.readings import block_times, block_values
    from mockapi.wire.rows import Spelled, heads, weave

    pipeline, block = run.pipeline, run.block
    values = _VALUES.recall(
        (run.channel, pipeline.interval, block),
        lambda: Spelled.of(block_values(run.channel, pipeline.interval, block)),
    )
    before = _HEADS.recall((pipeline, block), lambda: heads(*block_times(pipeline, block)))
    return weave(before[run.part], values.part(run.part))
