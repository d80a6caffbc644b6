"""Diesel of stand-by generators: monthly tests, and the critical load while the grid has failed."""

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.calendar import WORKDAY, kinds
from mockapi.timeseries.models.conditioning import day_level
from mockapi.timeseries.models.electricity import load
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, demands, fuels, meter_key
from mockapi.timeseries.models.noise import Bools, Floats, Steps, draw, key, normal
from mockapi.timeseries.time_axis import Axis

_SMALLEST = 30.0
"""Rated power in kW of the smallest generator; judgement."""

_RESERVE = (1.7, 2.6)
"""Rated power over the critical load of a full day; judgement."""

_IDLING = 0.1
"""Fuel without load, as a share of that at full load: 7 to 16 % in the charts of suppliers, more of
small generators."""

_TEST_LOAD, _TEST_HOURS = (0.3, 0.5), 0.5
"""Share of the rated power in a monthly test, and its duration; judgement."""

_LONGEST_MONTH = 31


def critical_share(profile: SiteProfile) -> float:
    """Return the share of a site's load that its generator supplies.

    assumption: stand-by generators supply a share of the load by building type: nearly all of a
    data centre, most of a hospital, and lights, lifts and pumps of an office.
    """
    return draw(
        key(profile.seed, profile.site_id, "critical load"), *demands()[profile.building].critical
    )


def rated_power(profile: SiteProfile) -> float:
    """Return the rated power of a site's generator in kW."""
    reserve = draw(key(profile.seed, profile.site_id, "generator"), *_RESERVE)
    critical = critical_share(profile) * day_level(profile) * STEPS_PER_HOUR
    return max(_SMALLEST, reserve * critical)


def emergency_power(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the electricity of the generator in power failures, in kWh per step, shape (count,).

    It is a part of what the grid does not deliver, up to the rated power.
    """
    supplied = np.zeros(axis.count)
    failed = np.flatnonzero(has_failed(profile, axis))
    if len(failed):
        # Computed for the failures only, because they are rare.
        first, end = int(failed[0]), int(failed[-1]) + 1
        used = load(profile, Axis.of(axis.timezone, axis.first + first, end - first))
        most = rated_power(profile) / STEPS_PER_HOUR
        supplied[failed] = np.minimum(critical_share(profile) * used[failed - first], most)
    return supplied


def generator_fuel(channel: MeterModel, axis: Axis) -> Floats:
    """Return the fuel of a stand-by generator in m3 per step, shape (count,).

    It runs in monthly tests and in power failures. At low load it needs more fuel per kWh.
    """
    profile, fuel = channel.profile, fuels()[channel.usage]
    full = rated_power(profile) / STEPS_PER_HOUR
    supplied = emergency_power(profile, axis)
    share = np.where(supplied > 0, supplied / full, _test_load(channel, axis))
    burned = np.where(share > 0, _IDLING + (1 - _IDLING) * share, 0.0)
    volume = full * burned / fuel.conversion / fuel.energy
    return np.rint(volume / fuel.pulses[0]) * fuel.pulses[0]


def _test_load(channel: MeterModel, axis: Axis) -> Floats:
    """Return the share of the rated power in test runs: at one hour of one workday per month."""
    begin = draw(meter_key(channel, "hour"), 8, 16) // 0.25 * 0.25
    on = _test_days(channel, axis.days)[axis.day_index]
    on &= (axis.local_hour >= begin) & (axis.local_hour < begin + _TEST_HOURS)
    if not on.any():
        return np.zeros(axis.count)
    usual = draw(meter_key(channel, "test"), *_TEST_LOAD)
    spread = 1 + 0.05 * normal(meter_key(channel, "load"), axis.steps)
    return np.where(on, usual * spread, 0.0)


def _test_days(channel: MeterModel, days: Steps) -> Bools:
    """Return for each of successive *days* whether it is that workday of its month."""
    number = int(draw(meter_key(channel, "workday"), 1, 16))
    several = np.arange(int(days[0]) - _LONGEST_MONTH, int(days[-1]) + 1, dtype=np.int64)
    works = kinds(channel.profile, several) == WORKDAY
    passed = np.cumsum(works)
    months = several.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    before = np.maximum(0, months.astype(np.int64) - several[0] - 1)
    chosen: Bools = works & (passed - passed[before] == number)
    return chosen[_LONGEST_MONTH:]


def generator_pulse(channel: MeterModel) -> float:
    """Return the resolution of the generator's flow meter in m3."""
    return fuels()[channel.usage].pulses[0]
