"""Shapes timeseries (contract.md 3.3), as models for the documents and as text for speed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from pydantic import Field
from pydantic_core import to_json

from mockapi.domain import instants
from mockapi.domain.interval import Interval
from mockapi.series.arrival import Pipeline, Reading, Run
from mockapi.series.channel import Channel, Submeter
from mockapi.wire.base import Wire

_PIECE = 250_000


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

    Written by hand: a model for each of a hundred thousand readings costs twenty times as much.
    """
    pieces: list[str] = []
    waiting = 0
    opened = False
    for key, parts in series:
        started = False
        for part in parts:
            text = _run(part) if isinstance(part, Run) else _reading(part)
            if not started:
                pieces.append(f'{"," if opened else "["}{{"key":{json.dumps(key)},"values":[')
                text = text[1:]  # the first reading follows no comma
                started = opened = True
            pieces.append(text)
            waiting += len(text)
            if waiting >= _PIECE:
                yield "".join(pieces).encode()
                pieces, waiting = [], 0
        if started:
            pieces.append("]}")
    pieces.append("]" if opened else "[]")
    yield "".join(pieces).encode()


def _reading(reading: Reading) -> str:
    """Return one reading as text, with a comma before it."""
    at, arrived = instants.seconds(reading.at), instants.seconds(reading.updated_at)
    return f',{{"date":"{at}","updatedAt":"{arrived}","value":{numbers([reading.value])}}}'


def _run(run: Run) -> str:
    """Return the readings of *run* as one text, with a comma before each."""
    heads = _heads(run.pipeline, run.block)[run.part]
    woven = [""] * (2 * len(heads))
    woven[::2] = heads
    woven[1::2] = _values(run.channel, run.pipeline.interval, run.block).split(",")[run.part]
    # Each head closes the reading before it; the first has none to close.
    return f",{''.join(woven)[2:]}}}"


@lru_cache(maxsize=64)
def _heads(pipeline: Pipeline, block: int) -> Sequence[str]:
    """Return what stands before the value of each reading of *block*, with `},` before that."""
    return [
        f'}},{{"date":"{_spelled(at)}","updatedAt":"{_spelled(arrived)}","value":'
        for at, arrived in pipeline.times(block)
    ]


@lru_cache(maxsize=2_048)
def _values(channel: Channel | Submeter, interval: Interval, block: int) -> str:
    """Return the values of *block* as JSON numbers between commas: seven bytes each, to keep."""
    # Late: numpy costs the start a fifth, and a world without readings needs none.
    from mockapi.series.readings import block_values

    return numbers(block_values(channel, interval, block).tolist())


def numbers(values: list[float]) -> str:
    """Return *values* as JSON numbers between commas, whole ones without a point (recorded)."""
    text = to_json(values)[1:-1] + b","
    return text.replace(b".0,", b",")[:-1].decode()


def _spelled(second: int) -> str:
    return instants.seconds(datetime.fromtimestamp(second, UTC))
