"""Gives every usage and measurement its model, and turns models into quantised readings.

A model answers for 15-minute steps: energy or volume a step, or the mean state of the step.
Whole blocks are computed and remembered, so a window is the same however it is asked for, and
coarser intervals are exact sums (or means) of the steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mockapi.series import air, fuel, solar, waste, water
from mockapi.series.axis import Axis
from mockapi.series.channel import Channel, Submeter
from mockapi.series.electricity import active_energy, pulse, reactive_energy
from mockapi.series.noise import Floats, Steps
from mockapi.series.steps import BLOCK


@dataclass(frozen=True)
class Model:
    """How one kind of series is computed.

    *reads* answers for an axis with float64 of shape (count,). *resolution* is the smallest
    difference that the meter shows, in the catalog's unit. A *state* is averaged over a coarser
    interval, anything else is summed.
    """

    reads: Callable[[Channel, Axis], Floats]
    resolution: Callable[[Channel], float]
    state: bool = False

    def __call__(self, channel: Channel, axis: Axis) -> Floats:
        return self.reads(channel, axis)


MODELS: Mapping[tuple[str, str], Model] = {
    ("Purchased from Grid", "Active Energy"): Model(active_energy, pulse),
    ("Purchased from Grid", "Reactive Energy"): Model(reactive_energy, pulse),
    ("Generated onsite - solar", "Active Energy"): Model(solar.onsite, pulse),
    ("Generated offsite - renewable", "Active Energy"): Model(solar.offsite, pulse),
    ("Diesel", "Fuel Volume"): Model(fuel.generator, fuel.generator_pulse),
    ("District Hot Water", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("District Chilled Water (Electric Driven Chiller)", "Fuel Volume"): Model(
        fuel.cooling, fuel.cooling_pulse
    ),
    ("Biodiesel (B100)", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("Liquefied Natural Gas (LPG)", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("Natural Gas", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("District Steam", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("Fuel Oil", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("Waste Generated", "Weight"): Model(waste.generated, waste.scale),
    ("Waste Diverted", "Weight"): Model(waste.diverted, waste.scale),
    ("Reclaimed onsite", "Water Volume"): Model(water.reclaimed, water.pulse),
    ("Municipality supplied potable water", "Water Volume"): Model(water.potable, water.pulse),
    ("CO2", "CO2 Concentration"): Model(air.corrected_co2, air.whole, state=True),
    ("CO2", "Zone Temperature"): Model(air.zone_temperature, air.tenth, state=True),
    ("CO2", "Humidity"): Model(air.humidity, air.whole, state=True),
    ("CO2 - Raw", "CO2 Concentration"): Model(air.raw_co2, air.whole, state=True),
    ("CO2 - Raw", "Zone Temperature"): Model(air.zone_temperature, air.tenth, state=True),
    ("CO2 - Raw", "Humidity"): Model(air.humidity, air.whole, state=True),
}


def modelled(channel: Channel) -> Channel:
    """Return *channel*, or the first that its usage has a model for where its own has none.

    Raises `KeyError` for a usage without models.
    """
    if (channel.usage, channel.measurement) in MODELS:
        return channel
    for usage, measurement in MODELS:
        if usage == channel.usage:
            return replace(channel, measurement=measurement)
    raise KeyError(channel.usage)


def is_state(channel: Channel | Submeter) -> bool:
    """Tell whether coarser readings of *channel* are means, and not sums."""
    main = modelled(channel.main if isinstance(channel, Submeter) else channel)
    return MODELS[main.usage, main.measurement].state


def values(channel: Channel, first_step: int, count: int) -> Floats:
    """Return *count* readings from *first_step* on as the meter shows them, shape (count,)."""
    return _shown(channel, counts(channel, first_step, count).astype(np.float64))


def intervals(channel: Channel, edges: Steps) -> Floats:
    """Return a reading for each interval between two successive of *edges*, which are steps.

    Sums are exact: they are taken in whole units of the meter's resolution.
    """
    return over(channel, counts(channel, int(edges[0]), int(edges[-1]) - int(edges[0])), edges)


def over(channel: Channel, read: Steps, edges: Steps) -> Floats:
    """Return what *channel* shows for the intervals between *edges*, which *read* counts."""
    sums = np.add.reduceat(read, edges[:-1] - edges[0])
    if MODELS[channel.usage, channel.measurement].state:
        return _shown(channel, sums / np.diff(edges))
    return _shown(channel, sums.astype(np.float64))


def counts(channel: Channel, first_step: int, count: int) -> Steps:
    """Return the readings in units of the meter's resolution, shape (count,)."""
    first, last = first_step // BLOCK, (first_step + count - 1) // BLOCK
    blocks = [_block(channel, number) for number in range(first, last + 1)]
    whole = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    begin = first_step - first * BLOCK
    return whole[begin : begin + count]


@lru_cache(maxsize=1_024)
def _block(channel: Channel, number: int) -> Steps:
    model = MODELS[channel.usage, channel.measurement]
    axis = Axis.of(channel.facts.timezone, number * BLOCK, BLOCK)
    numerator, denominator = _ratio(model.resolution(channel))
    read = np.rint(model(channel, axis) * denominator / numerator).astype(np.int64)
    read.flags.writeable = False
    return read


def _shown(channel: Channel, read: Floats) -> Floats:
    numerator, denominator = _ratio(MODELS[channel.usage, channel.measurement].resolution(channel))
    shown: Floats = read * numerator / denominator
    return shown


@lru_cache(maxsize=64)
def _ratio(resolution: float) -> tuple[int, int]:
    """Return a resolution such as 5 or 0.01 as a ratio of whole numbers."""
    numerator, denominator = resolution.as_integer_ratio()
    if resolution < 1:
        return 1, round(1 / resolution)
    return numerator, denominator
