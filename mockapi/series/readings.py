"""Computes the readings of a run, which `mockapi.series.arrived` only names."""

from mockapi.domain.interval import Interval
from mockapi.series.arrival import block_size
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel, Submeter
from mockapi.series.deliveries import edges
from mockapi.series.noise import Floats
from mockapi.series.registry import intervals, modelled, over
from mockapi.series.steps import STEP
from mockapi.series.submeters import Part, divided


def block_values(channel: Channel | Submeter, interval: Interval, block: int) -> Floats:
    """Return what *channel* reads in each interval of *block*, as `values_from` does."""
    size = block_size(interval)
    return values_from(channel, interval, block * size, size)


def values_from(channel: Channel | Submeter, interval: Interval, first: int, count: int) -> Floats:
    """Return what *channel* reads in *count* intervals from *first* on, in the catalog's unit.

    A measurement without a model of its own reads as the first of its usage; a usage without
    models raises `KeyError`.
    """
    bounds = edges(interval, first, count) // STEP
    if isinstance(channel, Channel):
        return intervals(modelled(channel), bounds)
    main = modelled(channel.main)
    axis = Axis.of(main.facts.timezone, int(bounds[0]), int(bounds[-1] - bounds[0]))
    parts = tuple(Part(name, share) for name, share in channel.parts)
    return over(main, divided(main, parts, axis)[channel.number], bounds)
