"""Computes the readings of a run, which `mockapi.series.arrival` only names."""

import numpy as np

from mockapi.domain.interval import Interval
from mockapi.series.arrival import begin_of, block_size
from mockapi.series.channel import Channel
from mockapi.series.noise import Floats
from mockapi.series.registry import intervals
from mockapi.series.steps import STEP


def block_values(channel: Channel, interval: Interval, block: int) -> Floats:
    """Return what *channel* reads in each interval of *block*, in the catalog's unit.

    Raises `KeyError` for a usage and measurement that no model is registered for.
    """
    size = block_size(interval)
    numbers = range(block * size, (block + 1) * size + 1)
    edges = np.array([begin_of(interval, number) // STEP for number in numbers], np.int64)
    return intervals(channel, edges)
