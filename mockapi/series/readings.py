"""Computes the readings of a run, which `mockapi.series.arrival` only names."""

import numpy as np

from mockapi.domain import instants
from mockapi.domain.interval import Interval
from mockapi.series.arrival import DELIVERY, Pipeline, begin_of, block_size
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel, Submeter
from mockapi.series.noise import Floats, Steps
from mockapi.series.registry import intervals, modelled, over
from mockapi.series.steps import STEP
from mockapi.series.submeters import Part, divided


def block_values(channel: Channel | Submeter, interval: Interval, block: int) -> Floats:
    """Return what *channel* reads in each interval of *block*, in the catalog's unit.

    A measurement without a model of its own reads as the first of its usage; a usage without
    models raises `KeyError`.
    """
    edges = _edges(interval, block) // STEP
    if isinstance(channel, Channel):
        return intervals(modelled(channel), edges)
    main = modelled(channel.main)
    axis = Axis.of(main.facts.timezone, int(edges[0]), int(edges[-1] - edges[0]))
    parts = tuple(Part(name, share) for name, share in channel.parts)
    return over(main, divided(main, parts, axis)[channel.number], edges)


def block_times(pipeline: Pipeline, block: int) -> tuple[Steps, Steps]:
    """Return what `Pipeline.times` yields, as begins and arrivals."""
    edges = _edges(pipeline.interval, block)
    registered = instants.to_nanoseconds(pipeline.registered_at) // 1_000_000_000
    delivery = int(DELIVERY.total_seconds())
    return edges[:-1], np.maximum(registered, edges[1:] + delivery)


def _edges(interval: Interval, block: int) -> Steps:
    """Return the seconds since 1970 at which the intervals of *block* begin, and the last ends."""
    size = block_size(interval)
    numbers = np.arange(block * size, (block + 1) * size + 1, dtype=np.int64)
    if interval is Interval.MONTH:
        return np.array([begin_of(interval, int(number)) for number in numbers], np.int64)
    return numbers * int(interval.length.total_seconds())
