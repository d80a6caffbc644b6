"""Readings of a main meter divided exactly among submeters, or of a site among several meters.

A submeter takes its share in whole counts of the main meter, and carries fractions to later steps
of the day. The last submeter takes the rest. The readings sum to those of the main meter in every
step, and none is negative. If a meter has another resolution than the divided readings, it carries
fractions of its own counts to later steps of the day, so its days are exact to one such count.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.block_cache import SizedCache
from mockapi.timeseries.intervals import (
    LONG_BLOCK,
    SHORT_BLOCK,
    SHORT_WINDOW,
    STEP,
    STEPS_PER_DAY,
    STEPS_PER_HOUR,
)
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, SubmeterModel
from mockapi.timeseries.models.noise import Floats, Steps, ar, key, uniform
from mockapi.timeseries.models.occupancy import occupancy
from mockapi.timeseries.models.pulses import count_pulses, whole_days
from mockapi.timeseries.models.registry import (
    MODELS,
    NarrowCounts,
    aggregate,
    counts,
    intervals,
    main_model,
    narrowed,
    resolve_model,
)
from mockapi.timeseries.models.weather import temperature
from mockapi.timeseries.time_axis import Axis, edges

_COMFORT = 16.0
_MEMORY = 0.8 ** (1 / STEPS_PER_HOUR)


@dataclass(frozen=True)
class SubmeterShare:
    """One submeter: its relative *weight*, and what its use depends on."""

    name: str
    weight: float
    follows: Literal["clock", "people", "weather"] = "clock"


def split_among_submeters(
    main: MeterModel | SubmeterModel, parts: tuple[SubmeterShare, ...], axis: Axis
) -> Steps:
    """Return the counts of each of *parts*, shape (len(parts), axis.count).

    Each column sums to the main meter's counts of that step.
    """
    days = whole_days(axis)
    left = _counts_of(main, days.first, days.count)
    wanted = np.stack([_wanted(main.profile, part, days) for part in parts])
    rows = []
    for number, part in enumerate(parts[:-1]):
        share = wanted[number] / wanted[number:].sum(axis=0)
        seed = key(main.profile.seed, main.profile.site_id, main.meter_id, part.name, "pulse")
        taken = _taken(seed, days, left, share)
        rows.append(taken)
        left = left - taken
    rows.append(left)
    offset = axis.first - days.first
    return np.stack(rows)[:, offset : offset + axis.count]


def _taken(seed: int, days: Axis, left: Steps, share: Floats) -> Steps:
    """Return whole counts that follow *share* of *left*, at most *left*."""
    flow = (left * np.minimum(share, 1.0)).reshape(-1, STEPS_PER_DAY)
    begin = uniform(seed, days.steps[::STEPS_PER_DAY] // STEPS_PER_DAY)[:, np.newaxis]
    register = np.floor(begin + np.cumsum(flow, axis=1))
    taken = np.diff(register, axis=1, prepend=0.0).ravel().astype(np.int64)
    # A sum of fractions can be wrong in its last bit when a count is complete.
    return np.minimum(taken, left)


def _wanted(profile: SiteProfile, part: SubmeterShare, axis: Axis) -> Floats:
    """Return the relative use of a submeter."""
    noise = ar(key(profile.seed, profile.site_id, "part", part.name), axis.steps, _MEMORY)
    course = np.ones(axis.count)
    if part.follows == "people":
        course = 0.25 + 1.5 * occupancy(profile, axis)
    elif part.follows == "weather":
        course = 0.4 + 0.06 * np.abs(temperature(profile, axis) - _COMFORT)
    wanted: Floats = part.weight * course * np.exp(0.12 * noise)
    return wanted


def values_from(
    channel: MeterModel | SubmeterModel, interval: Interval, first: int, count: int
) -> Floats:
    """Return *count* readings of *channel* from interval *first* on, in the catalog's unit.

    A measurement without a model uses the first model of its usage. Raise `KeyError` for a usage
    without models.
    """
    bounds = edges(interval, first, count) // STEP
    if isinstance(channel, MeterModel):
        return intervals(resolve_model(channel), bounds)
    read = _counts_of(channel, int(bounds[0]), int(bounds[-1] - bounds[0]))
    return aggregate(main_model(channel), read, bounds)


def _counts_of(channel: MeterModel | SubmeterModel, first: int, count: int) -> Steps:
    """Return the readings in units of the resolution of *channel*, shape (count,)."""
    if isinstance(channel, MeterModel):
        return counts(resolve_model(channel), first, count)
    divided, shown = _resolution(channel.main), _resolution(channel)
    if shown == divided:
        return _part(channel, first, count)
    seed = key(channel.profile.seed, channel.profile.site_id, channel.meter_id, "rest of a part")
    axis = Axis.of(channel.profile.timezone, first, count)

    def flow(days: Axis) -> Floats:
        return _part(channel, days.first, days.count).astype(np.float64) * divided

    return np.rint(count_pulses(seed, axis, shown, flow) / shown).astype(np.int64)


def _resolution(channel: MeterModel | SubmeterModel) -> float:
    main = main_model(channel)
    return MODELS[main.usage, main.measurement].resolution(main)


def _part(channel: SubmeterModel, first: int, count: int) -> Steps:
    """Return the part of *channel* in counts of the resolution of its main meter."""
    size = LONG_BLOCK if count > SHORT_WINDOW else SHORT_BLOCK
    numbers = range(first // size, (first + count - 1) // size + 1)
    blocks = [_divided(channel, size, number)[channel.number] for number in numbers]
    begin = first - numbers[0] * size
    return np.concatenate(blocks)[begin : begin + count].astype(np.int64)


_CACHED: SizedCache[NarrowCounts] = SizedCache(8_000_000)
"""Divided blocks, because all parts of a meter are read one after the other."""


def _divided(channel: SubmeterModel, size: int, number: int) -> NarrowCounts:
    """Return a block of all parts of a main meter, shape (parts, size)."""
    main, shares = channel.main, channel.parts

    def divide() -> NarrowCounts:
        parts = tuple(SubmeterShare(name, share) for name, share in shares)
        axis = Axis.of(main.profile.timezone, number * size, size)
        return narrowed(split_among_submeters(main, parts, axis))

    return _CACHED.get_or_compute((main, shares, size, number), divide)
