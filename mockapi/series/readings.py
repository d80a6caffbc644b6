"""Computes the readings of a run, which `mockapi.series.arrival` only names."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from mockapi.series.arrival import Reading, Run
from mockapi.series.channel import Channel
from mockapi.series.noise import Floats
from mockapi.series.registry import intervals
from mockapi.series.steps import BLOCK


def readings(run: Run) -> Iterator[Reading]:
    """Yield the readings of *run* one by one: for few; `block_values` is for many."""
    pipeline = run.pipeline
    first = pipeline.block_begin(run.block)
    values = block_values(run.channel, pipeline.steps, run.block)
    for interval in range(run.begin, run.end):
        yield Reading(
            datetime.fromtimestamp(interval * pipeline.seconds, UTC),
            datetime.fromtimestamp(pipeline.arrival(interval), UTC),
            float(values[interval - first]),
        )


def block_values(channel: Channel, steps: int, block: int) -> Floats:
    """Return what *channel* reads in each interval of *block*, in the catalog's unit.

    Raises `KeyError` for a usage and measurement that no model is registered for.
    """
    edges = np.arange(block * BLOCK, (block + 1) * BLOCK + 1, steps, dtype=np.int64)
    return intervals(channel, edges)
