"""Fuel of a stand-by generator, in tests and in power failures."""

import math

import numpy as np

from mockapi.timeseries.models.impulses import draw_each, occurs
from mockapi.timeseries.models.inputs import MeterModel, demands, fuels
from mockapi.timeseries.models.noise import Floats, ar, draw, key
from mockapi.timeseries.steps import STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.time_axis import Axis


def _key(channel: MeterModel, name: str) -> int:
    return key(channel.profile.seed, channel.profile.site_id, channel.meter_id, name)


def burned(channel: MeterModel, axis: Axis) -> Floats:
    """Return the fuel of a stand-by generator in m3 per step: monthly tests and rare outages."""
    profile, fuel = channel.profile, fuels()[channel.usage]
    power = max(30.0, demands()[profile.building].generator * profile.area)
    load = _tested(channel, axis) + _outage(channel, axis)
    spread = 1 + 0.05 * ar(_key(channel, "load"), axis.steps, 0.8)
    volume = power * load * spread / STEPS_PER_HOUR / fuel.conversion / fuel.energy
    return np.rint(volume / fuel.pulses[0]) * fuel.pulses[0]


def _tested(channel: MeterModel, axis: Axis) -> Floats:
    """Return the load of the test run: 30 to 60 minutes on one weekday of one week per month."""
    dates = axis.days.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64)[axis.day_index]
    week = math.floor(draw(_key(channel, "week"), 0, 4))
    weekday = math.floor(draw(_key(channel, "weekday"), 0, 5))
    begin = draw(_key(channel, "hour"), 7, 15) // 0.25 * 0.25
    length = 0.5 + 0.25 * math.floor(draw(_key(channel, "length"), 0, 3))
    on = (of_month // 7 == week) & (axis.weekday == weekday)
    on &= (axis.local_hour >= begin) & (axis.local_hour < begin + length)
    return np.where(on, draw(_key(channel, "test"), 0.25, 0.35), 0.0)


def _outage(channel: MeterModel, axis: Axis) -> Floats:
    """Return the load during power failures: about one per year, up to six hours."""
    day = axis.steps // STEPS_PER_DAY
    rate = draw(_key(channel, "outages"), 0.3, 2.5) / 365
    chosen = occurs(_key(channel, "struck"), day, rate)
    begin = np.floor(draw_each(_key(channel, "begin"), day) * 71)
    length = 1 + np.floor(24 * draw_each(_key(channel, "hours"), day) ** 3)
    since = axis.steps % STEPS_PER_DAY - begin
    on = chosen & (since >= 0) & (since < length)
    return np.where(on, 0.35 + 0.4 * draw_each(_key(channel, "heavy"), day), 0.0)


def pulse(channel: MeterModel) -> float:
    """Return the resolution of the generator's flow meter in m3."""
    return fuels()[channel.usage].pulses[0]
