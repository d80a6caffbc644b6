"""Spells the readings of a block as text, in UTC or by a wall clock."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from mockapi.series.noise import Steps
from mockapi.series.wall_clock import offsets_of
from mockapi.wire.numbers import numbers
from mockapi.world.rows import Block

_HOUR = 3_600


def spelled(block: Block, timezone: str | None) -> tuple[Sequence[str], ...]:
    """Return dates, arrivals and values of *block* as text.

    Without a *timezone* instants are spelled as the API spells them; with one by the wall clock
    there, with its offset from UTC, which tells the two hours apart when clocks go back.
    """
    return (
        _instants(block.dates.astype(np.int64).tobytes(), timezone),
        _instants(block.arrivals.astype(np.int64).tobytes(), timezone),
        numbers(block.values.tolist()).split(","),
    )


@lru_cache(maxsize=32)  # the meters of a site have the same instants
def _instants(packed: bytes, timezone: str | None) -> Sequence[str]:
    seconds: Steps = np.frombuffer(packed, np.int64)
    if timezone is None:
        return [f"{each}Z" for each in _texts(seconds)]
    offsets = offsets_of(timezone, seconds)
    suffixes = {each: _suffix(each) for each in np.unique(offsets).tolist()}
    return [
        f"{text}{suffixes[offset]}"
        for text, offset in zip(_texts(seconds + offsets), offsets.tolist(), strict=True)
    ]


def _texts(seconds: Steps) -> Sequence[str]:
    texts: list[str] = np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()
    return texts


def _suffix(offset: int) -> str:
    hours, rest = divmod(abs(offset), _HOUR)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{rest // 60:02d}"
