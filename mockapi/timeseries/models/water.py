"""Potable and reclaimed water in m3 per step: taps, leaks, gardens, cooling towers.

Sources of yearly volumes: docs/explanation/readings.md#intensity. Shares of uses are judgement.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY, STEPS_PER_YEAR
from mockapi.timeseries.models.attendance import occupancy_ratio
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, demands
from mockapi.timeseries.models.noise import (
    Floats,
    ar,
    draw,
    draw_each,
    key,
    keys,
    normal,
    occurs,
    uniform,
    value_noise,
)
from mockapi.timeseries.models.occupancy import occupancy
from mockapi.timeseries.models.pulses import count_pulses, pulse_for
from mockapi.timeseries.models.tap_water import water_use_profile
from mockapi.timeseries.models.weather import temperature
from mockapi.timeseries.time_axis import Axis

_PULSES = (0.001, 0.01, 0.1)
"""m3 per count of usual pulse outputs of water meters; judgement."""

_LARGE = 0.012
"""Probability that a large draw begins in half an hour."""

_LEAK_EVERY = 28
"""Days per period in which one leak can begin."""


@dataclass(frozen=True)
class Supply:
    """One water meter: *mean* in m3 per step, uses and leaks as shares of it."""

    mean: float
    taps: float
    trickle: float
    garden: float
    tower: float
    sparkle: float
    pulse: float


def _key(channel: MeterModel, name: str) -> int:
    return key(channel.profile.seed, channel.profile.site_id, channel.meter_id, name)


@lru_cache(maxsize=512)
def supply(channel: MeterModel) -> Supply:
    """Return the meter drawn by the channel's seed."""
    profile, demand = channel.profile, demands()[channel.profile.building]

    def drawn(name: str, low: float, high: float) -> float:
        return draw(_key(channel, name), low, high)

    mean = drawn("year", *demand.water) * profile.area / STEPS_PER_YEAR
    garden = drawn("garden", 0.04, 0.2) if drawn("has garden", 0, 1) < demand.garden else 0.0
    tower = drawn("tower", 0.08, 0.3) if drawn("has tower", 0, 1) < demand.tower else 0.0
    return Supply(
        mean=mean,
        taps=(1 - 0.6 * garden - 0.5 * tower) * occupancy_ratio(profile),
        trickle=math.exp(drawn("trickle", math.log(0.01), math.log(0.08))),
        garden=garden,
        tower=tower,
        sparkle=drawn("sparkle", 0.25, 0.5),
        pulse=channel.resolution or pulse_for(_PULSES, mean * 6),
    )


def potable(channel: MeterModel, axis: Axis) -> Floats:
    """Return the potable water in m3 per step, in whole pulses."""
    meter = supply(channel)
    return count_pulses(
        _key(channel, "pulse"), axis, meter.pulse, lambda days: _used(channel, days)
    )


def _used(channel: MeterModel, axis: Axis) -> Floats:
    profile = channel.profile
    used = _wanted(channel, axis) + _leaking(profile, axis)
    return supply(channel).mean * used * change_factor(profile, "water", axis)


def _wanted(channel: MeterModel, axis: Axis) -> Floats:
    """Return the water without leaks and causes, as a share of the nominal use."""
    meter, profile = supply(channel), channel.profile
    used = meter.taps * water_use_profile(profile, _key(channel, "taps"), axis)
    used *= _draw_noise(channel, meter, axis)
    used *= np.exp(
        0.08 * value_noise(_key(channel, "drift"), axis.steps / (14.0 * STEPS_PER_DAY), 0.75)
    )
    used += meter.trickle
    if meter.garden:
        used += _irrigation(channel, meter, axis)
    if meter.tower:
        used += meter.tower * _evaporated(profile, axis)
    return used


def _draw_noise(channel: MeterModel, meter: Supply, axis: Axis) -> Floats:
    """Return the noise of use: many small draws and some large ones."""
    small = np.exp(meter.sparkle * normal(_key(channel, "draws"), axis.steps))
    small *= math.exp(-(meter.sparkle**2) / 2)
    pair = axis.steps // 2
    begun, size = draw_each(keys(_key(channel, "large"), _key(channel, "size")), pair)
    return small + np.where(begun < _LARGE, 1.5 * size, 0.0)


class Leak(NamedTuple):
    """A leak in the steps [*first*, *end*), with *size* as a share of the site's nominal use."""

    first: int
    end: int
    size: float


def leaks(profile: SiteProfile, first: int, end: int) -> Sequence[Leak]:
    """Return the leaks in the steps [*first*, *end*): they begin suddenly and end when found."""
    every = _LEAK_EVERY * STEPS_PER_DAY
    # A leak ends within three weeks, so only the last two possible leaks can still run.
    periods = np.arange(first // every - 1, (end - 1) // every + 1)
    named = (profile.seed, profile.site_id, "leaks")
    leaky = draw(key(*named, "leaky"), 0.08, 0.5)
    seeds = [key(*named, name) for name in ("begun", "day", "days", "size")]
    begun, into, long, wide = uniform(keys(*seeds), periods)
    begins = (periods + into) * every
    ends = begins + (1 + 20 * long**2) * STEPS_PER_DAY
    chosen = (begun < leaky) & (begins < end) & (ends > first)
    drawn = np.ceil(begins), np.ceil(ends), 0.05 + 0.6 * wide**3
    found = zip(*(part[chosen].tolist() for part in drawn), strict=True)
    return [Leak(int(begin), int(stop), size) for begin, stop, size in found]


def leak_factor(channel: MeterModel, leak: Leak) -> float:
    """Return by what factor *leak* increases the water of its first week."""
    count = min(leak.end - leak.first, 7 * STEPS_PER_DAY)
    axis = Axis.of(channel.profile.timezone, leak.first, count)
    return 1 + leak.size / float(_wanted(channel, axis).mean())


def _leaking(profile: SiteProfile, axis: Axis) -> Floats:
    total = np.zeros(axis.count)
    for each in leaks(profile, axis.first, axis.first + axis.count):
        total[max(0, each.first - axis.first) : max(0, each.end - axis.first)] += each.size
    return total


def _irrigation(channel: MeterModel, meter: Supply, axis: Axis) -> Floats:
    """Return the irrigation in warm seasons: some days per week, before dawn or in the evening."""
    warm = np.clip((_season_warmth(channel.profile, axis) - 13.0) / 10.0, 0.0, 1.0)
    begin = 19.5 if draw(_key(channel, "dawn"), -0.6, 0.4) > 0 else 4.5
    begin += draw(_key(channel, "hour"), 0.0, 1.5) // 0.25 * 0.25
    hours = 1.0 + draw(_key(channel, "hours"), 0.0, 1.5) // 0.25 * 0.25
    every = 2 + int(draw(_key(channel, "every"), 0.0, 2.0))
    turn = (axis.local_day + int(draw(_key(channel, "turn"), 0.0, 4.0))) % every == 0
    on = turn & (axis.local_hour >= begin) & (axis.local_hour < begin + hours)
    dry = occurs(_key(channel, "dry"), axis.local_day, 0.8)
    return np.where(on & dry, meter.garden * warm * every * 24 / hours, 0.0)


def _season_warmth(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the mean temperature of the last five days, from two samples per day."""
    reach = 5 * STEPS_PER_DAY
    past = temperature(profile, Axis.of(axis.timezone, axis.first - reach, axis.count + reach))
    total = np.zeros(axis.count)
    looks = range(0, reach, STEPS_PER_DAY // 2)
    for begin in looks:
        total += past[begin : begin + axis.count]
    return total / len(looks)


def _evaporated(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the water evaporated by a cooling tower, around 1 on a warm working day."""
    warm = np.maximum(0.0, temperature(profile, axis) - 13.0) / 12.0
    evaporated: Floats = warm * (0.4 + 1.1 * occupancy(profile, axis))
    return evaporated


def reclaimed(channel: MeterModel, axis: Axis) -> Floats:
    """Return the reclaimed water in m3 per step, for flushing and gardens.

    assumption: reclaimed water is 10 to 40 % of a site's water; some cisterns run dry.
    """
    meter = supply(channel)
    return count_pulses(
        _key(channel, "pulse"), axis, meter.pulse, lambda days: _reused(channel, days)
    )


def _reused(channel: MeterModel, axis: Axis) -> Floats:
    meter, profile = supply(channel), channel.profile
    share = draw(_key(channel, "share"), 0.1, 0.4)
    used = water_use_profile(profile, _key(channel, "taps"), axis) * _draw_noise(
        channel, meter, axis
    )
    if meter.garden:
        used += _irrigation(channel, meter, axis)
    used += 0.1 * meter.trickle
    week = axis.steps // (7 * STEPS_PER_DAY)
    weeks = np.arange(int(week[0]), int(week[-1]) + 1, dtype=np.int64)
    rain_fed = draw(_key(channel, "rain-fed"), -0.4, 0.6) < 0
    place = key(profile.seed, "rain", round(profile.latitude, 1), round(profile.longitude, 1))
    level = ar(place, weeks, 0.5)[week - weeks[0]]
    full = np.clip(1.2 + 0.8 * level, 0.0, 1.0) if rain_fed else 1.0
    return (
        meter.mean
        * share
        * used
        * full
        * occupancy_ratio(profile)
        * change_factor(profile, "water", axis)
    )


def pulse(channel: MeterModel) -> float:
    """Return the m3 per count of the channel's water meter."""
    return supply(channel).pulse
