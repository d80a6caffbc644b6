"""The model of every usage and measurement, and quantization of readings.

A model returns energy or volume per 15-minute step, or the mean state of the step. Whole blocks are
computed and cached, so that any window has the same readings. Coarser intervals are exact sums (or
means) of the steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mockapi.timeseries.block_cache import cached_blocks
from mockapi.timeseries.intervals import LONG_BLOCK, SHORT_BLOCK, SHORT_WINDOW
from mockapi.timeseries.models import air, chilled_water, fuel, waste, water
from mockapi.timeseries.models.electricity import active_energy, pulse
from mockapi.timeseries.models.inputs import MeterModel, PeriodTotal, SubmeterModel
from mockapi.timeseries.models.noise import Floats, Steps, key
from mockapi.timeseries.models.power_generation import (
    offsite_generation,
    onsite_generation,
    onsite_pulse,
)
from mockapi.timeseries.models.pulses import count_pulses
from mockapi.timeseries.models.reactive import reactive_energy
from mockapi.timeseries.models.standby_generator import generator_fuel, generator_pulse
from mockapi.timeseries.time_axis import Axis

NarrowCounts = NDArray[np.signedinteger]
_KINDS = (np.int16, np.int32, np.int64)


@dataclass(frozen=True)
class Model:
    """Model of one kind of series.

    *reads* returns float64 of shape (count,) for an axis. *usual* is the default resolution of a
    meter, in the catalog's unit. A *state* is averaged over coarser intervals; other values are
    summed. *flows* are counted: with a given resolution, fractions of a count are carried to later
    steps.
    """

    reads: Callable[[MeterModel, Axis], Floats]
    usual: Callable[[MeterModel], float]
    state: bool = False
    flows: bool = False

    def resolution(self, channel: MeterModel) -> float:
        """Return the smallest difference that the channel's meter shows."""
        return channel.resolution or self.usual(channel)

    def __call__(self, channel: MeterModel, axis: Axis) -> Floats:
        return self.reads(channel, axis)


MODELS: Mapping[tuple[str, str], Model] = {
    ("Purchased from Grid", "Active Energy"): Model(active_energy, pulse, flows=True),
    ("Purchased from Grid", "Reactive Energy"): Model(reactive_energy, pulse, flows=True),
    ("Generated onsite - solar", "Active Energy"): Model(
        onsite_generation, onsite_pulse, flows=True
    ),
    ("Generated offsite - renewable", "Active Energy"): Model(
        offsite_generation, pulse, flows=True
    ),
    ("Diesel", "Fuel Volume"): Model(generator_fuel, generator_pulse, flows=True),
    ("District Hot Water", "Fuel Volume"): Model(fuel.heating, fuel.pulse),
    ("District Chilled Water (Electric Driven Chiller)", "Fuel Volume"): Model(
        chilled_water.cooling, chilled_water.cooling_pulse
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


def resolve_model(channel: MeterModel) -> MeterModel:
    """Return *channel* if it has a model, else with the first modeled measurement of its usage.

    Raise `KeyError` for a usage without models.
    """
    if (channel.usage, channel.measurement) in MODELS:
        return channel
    for usage, measurement in MODELS:
        if usage == channel.usage:
            return replace(channel, measurement=measurement)
    raise KeyError(channel.usage)


def main_model(channel: MeterModel | SubmeterModel) -> MeterModel:
    """Return the model that *channel* measures or divides, in the resolution of *channel*."""
    if isinstance(channel, MeterModel):
        return resolve_model(channel)
    main = main_model(channel.main)
    return main if channel.resolution is None else replace(main, resolution=channel.resolution)


def is_averaged(channel: MeterModel | SubmeterModel) -> bool:
    """Return True if coarser readings of *channel* are means, not sums."""
    main = main_model(channel)
    return MODELS[main.usage, main.measurement].state


def has_leaks(channel: MeterModel) -> bool:
    """Return True if leaks are part of the readings of *channel*."""
    return MODELS[channel.usage, channel.measurement].reads is water.potable


def values(channel: MeterModel, first_step: int, count: int) -> Floats:
    """Return *count* readings from *first_step* on as shown by the meter, shape (count,)."""
    return _shown(channel, counts(channel, first_step, count).astype(np.float64))


def intervals(channel: MeterModel, edges: Steps) -> Floats:
    """Return a reading for each interval between successive *edges*, which are steps.

    Sums are exact, in whole units of the meter's resolution.
    """
    return aggregate(channel, counts(channel, int(edges[0]), int(edges[-1]) - int(edges[0])), edges)


def aggregate(channel: MeterModel, read: Steps, edges: Steps) -> Floats:
    """Return the readings of *channel* for the intervals between *edges*, from counts *read*."""
    sums = np.add.reduceat(read, edges[:-1] - edges[0])
    if MODELS[channel.usage, channel.measurement].state:
        return _shown(channel, sums / np.diff(edges))
    return _shown(channel, sums.astype(np.float64))


def counts(channel: MeterModel, first_step: int, count: int) -> Steps:
    """Return the readings in units of the meter's resolution, shape (count,)."""
    size, computed = (LONG_BLOCK, _block) if count > SHORT_WINDOW else (SHORT_BLOCK, _narrow_block)
    first, last = first_step // size, (first_step + count - 1) // size
    blocks = [computed(channel, number) for number in range(first, last + 1)]
    begin = first_step - first * size
    return np.concatenate(blocks)[begin : begin + count].astype(np.int64)


@cached_blocks(256)
def _block(channel: MeterModel, number: int) -> NarrowCounts:
    """Return the counts of a block: 24 kB."""
    return _compute_counts(channel, number * LONG_BLOCK, LONG_BLOCK)


@cached_blocks(12_288)
def _narrow_block(channel: MeterModel, number: int) -> NarrowCounts:
    """Return the counts of a short block: 1.5 kB, because clients poll thousands of sites."""
    return _compute_counts(channel, number * SHORT_BLOCK, SHORT_BLOCK)


def _compute_counts(channel: MeterModel, first: int, count: int) -> NarrowCounts:
    """Return the counts of *count* steps from *first* on, in the smallest integer type."""
    if channel.yearly is not None:
        return _compute_counts(_scaled(channel), first, count)
    numerator, denominator = _ratio(_resolution(channel))
    axis = Axis.of(channel.profile.timezone, first, count)
    read = np.rint(_flow(channel, axis) * denominator / numerator)
    return narrowed(read)


def narrowed(read: Floats | Steps) -> NarrowCounts:
    """Return the whole numbers *read* in the smallest integer type that can have them."""
    most = max(read.max(), -read.min())
    fitting = next(each for each in _KINDS if most <= np.iinfo(each).max)
    return read.astype(fitting)


_USUAL_YEAR = range(1_928_544, 1_963_584)
"""The steps of the year 2025, to which the total of a year is scaled."""


def usual_total(channel: MeterModel, steps: range = _USUAL_YEAR) -> float:
    """Return the total of the first measurement of the channel's meter, by default of a year.

    It has neither the meter's own level nor events: the total that the site's building has.
    """
    measurement = next(name for usage, name in MODELS if usage == channel.usage)
    profile = replace(channel.profile, changes=())
    return _total_of(MeterModel(profile, channel.meter_id, channel.usage, measurement), steps)


@lru_cache(maxsize=4_096)
def _total_of(channel: MeterModel, steps: range) -> float:
    return float(values(channel, steps.start, len(steps)).sum())


def _scaled(channel: MeterModel) -> MeterModel:
    """Return the channel whose counts are those of *channel*, with the level of its building.

    A meter with twice the level counts as one with half the resolution. A state has no level.
    """
    unscaled, given = replace(channel, yearly=None), channel.yearly
    if MODELS[channel.usage, channel.measurement].state or given is None:
        return unscaled
    if isinstance(given, PeriodTotal):
        usual = usual_total(channel, range(given.first, given.end))
        given = given.total
    else:
        usual = usual_total(channel)
    if usual <= 0:
        return unscaled
    resolution = float(f"{_resolution(channel) * usual / given:.9g}")
    return replace(unscaled, resolution=resolution)


def _flow(channel: MeterModel, axis: Axis) -> Floats:
    model = MODELS[channel.usage, channel.measurement]
    if channel.resolution is None or not model.flows:
        return model(channel, axis)
    rest = key(channel.profile.seed, channel.profile.site_id, channel.meter_id, "rest of a count")
    return count_pulses(rest, axis, channel.resolution, lambda days: model(channel, days))


def quantised(channel: MeterModel, values: Floats) -> Floats:
    """Return *values* rounded to the meter's resolution."""
    numerator, denominator = _ratio(_resolution(channel))
    return _shown(channel, np.rint(values * denominator / numerator))


def _shown(channel: MeterModel, read: Floats) -> Floats:
    numerator, denominator = _ratio(_resolution(channel))
    shown: Floats = read * numerator / denominator
    return shown


def _resolution(channel: MeterModel) -> float:
    return MODELS[channel.usage, channel.measurement].resolution(channel)


@lru_cache(maxsize=64)
def _ratio(resolution: float) -> tuple[int, int]:
    """Return a decimal resolution such as 5 or 0.01 as an exact ratio."""
    return Fraction(repr(resolution)).as_integer_ratio()
