"""Computes the readings of a run, which `mockapi.series.arrival` only names."""

import numpy as np

from mockapi.domain.interval import Interval
from mockapi.series.arrival import begin_of, block_size
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel, Submeter
from mockapi.series.noise import Floats
from mockapi.series.registry import intervals, modelled, over
from mockapi.series.steps import STEP
from mockapi.series.submeters import Part, divided


def block_values(channel: Channel | Submeter, interval: Interval, block: int) -> Floats:
    """Return what *channel* reads in each interval of *block*, in the catalog's unit.

    A measurement without a model of its own reads as the first of its usage; a usage without
    models raises `KeyError`.
    """
    size = block_size(interval)
    numbers = range(block * size, (block + 1) * size + 1)
    edges = np.array([begin_of(interval, number) // STEP for number in numbers], np.int64)
    if isinstance(channel, Channel):
        return intervals(modelled(channel), edges)
    main = modelled(channel.main)
    axis = Axis.of(main.facts.timezone, int(edges[0]), int(edges[-1] - edges[0]))
    parts = tuple(Part(name, share) for name, share in channel.parts)
    return over(main, divided(main, parts, axis)[channel.number], edges)
