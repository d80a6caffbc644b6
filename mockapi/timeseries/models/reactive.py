"""Reactive energy: what the load demands and what inverters absorb.

Panels deliver active energy only, so the demand of the load stays with the grid
(docs/explanation/readings.md#electricity).
"""

import math
from functools import lru_cache

import numpy as np

from mockapi.timeseries.models.electricity import load
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.load_parameters import mean_electricity
from mockapi.timeseries.models.noise import Floats, ar, draw, key
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.time_axis import Axis

_ABSORBING = 1 / 3
"""Share of sites whose inverters absorb reactive energy."""

_LOWEST = 0.95
"""Lowest power factor of such inverters."""


def reactive_demand(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the reactive energy that the load demands, in kVArh per step, shape (count,).

    The power factor is lowest at low load; with motors it is lower than with electronics. Motors
    magnetize at any load.
    """
    used = load(profile, axis)
    named = (profile.seed, profile.site_id, "reactive")
    full = draw(key(*named, "full"), 0.915, 0.975)
    lowest = draw(key(*named, "lowest"), 0.76, 0.90)
    idle = draw(key(*named, "idle"), 0.02, 0.05)
    usual = mean_electricity(profile)
    share = np.minimum(1.0, used / (1.6 * usual))
    factor = full - (full - lowest) * (1 - share) ** 3
    wander = ar(key(*named, "wander"), axis.steps, 0.9)
    # Switching of capacitors: mostly small changes, and rarely large ones.
    wander = 1 + 0.01 * wander * (1 + 0.3 * wander * wander)
    return used * np.sqrt(1 / (factor * factor) - 1) * wander + idle * usual


@lru_cache(maxsize=512)
def absorbed_share(profile: SiteProfile) -> float:
    """Return the kVArh that the site's inverters absorb per kWh that they deliver.

    assumption: of three inverters, two deliver at a power factor of 1. The third absorbs reactive
    energy at a fixed one of 0.95 to 1, as grid codes ask to limit the voltage.
    """
    named = (profile.seed, profile.site_id, "inverter")
    if draw(key(*named, "absorbs")) >= _ABSORBING:
        return 0.0
    return math.tan(math.acos(draw(key(*named, "factor"), _LOWEST, 1.0)))


def reactive_energy(channel: MeterModel, axis: Axis) -> Floats:
    """Return the reactive energy purchased from the grid, in kVArh per step, shape (count,)."""
    profile = channel.profile
    demand = np.where(has_failed(profile, axis), 0.0, reactive_demand(profile, axis))
    if profile.solar_kwp <= 0 or not absorbed_share(profile):
        return demand
    return demand + absorbed_share(profile) * generation(profile, axis)
