"""Consumption of chilled water, in m3 per step.

It depends on the temperature above a change point, on damp air and on people. At low load its
temperature difference is small (docs/explanation/readings.md#fuel-in-cubic-meters).
"""

import math
from functools import lru_cache

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_HOUR, STEPS_PER_YEAR
from mockapi.timeseries.models import sun
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.conditioning import day_level
from mockapi.timeseries.models.electricity import load as electric_load
from mockapi.timeseries.models.fuel import Plant, variation, with_pulse
from mockapi.timeseries.models.heating import Control, felt, timetable
from mockapi.timeseries.models.inputs import (
    Demand,
    MeterModel,
    SiteProfile,
    demands,
    fuels,
    meter_key,
)
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.noise import Floats, draw, key, limited
from mockapi.timeseries.models.occupancy import occupancy
from mockapi.timeseries.models.pulses import count_pulses, impulses
from mockapi.timeseries.models.weather import Sky, climate_of, cloud, dew_point, temperature
from mockapi.timeseries.time_axis import Axis

_HOUR = STEPS_PER_HOUR
_FREE_COOLING, _FREE_SPAN, _ALWAYS_PURCHASED = 2.0, 10.0, (0.4, 1.3)
"""Outdoor temperature in degC up to which outdoor air cools machines most, the kelvins above it
until it does not, and the share of sites that is purchased anyway; from 1 on, a site has no free
cooling; judgement."""

_EVEN = 0.3
"""Part of the deviation of other cold that the cold of machines has; judgement."""

_ALWAYS = 160
"""Operating hours per week from which a building always operates and cooling is steadier."""

_COLD_PER_ELECTRICITY = 3.0
"""Cold per electricity of chillers with their pumps; judgement."""

_LEAST_PURCHASED = 0.3
"""Least share of the cold that a site with chilled water purchases; judgement."""

_BY_DAY = 0.8
"""Deviation of days over that of quarters of an hour; judgement."""

_HOTTEST = 16.0
"""Kelvin above the change point at the design point of a chilled water system."""


@lru_cache(maxsize=512)
def cooling_plant(channel: MeterModel) -> Plant:
    """Return the plant of the channel's chilled water."""
    profile, fuel = channel.profile, fuels()[channel.usage]
    demand: Demand = demands()[profile.building]

    def drawn(name: str, low: float, high: float) -> float:
        return draw(meter_key(channel, name), low, high)

    _, mean, wave = climate_of(Sky.over(profile))
    needed = drawn("cool", *demand.cool) * profile.area / 1000 / _HOUR
    slope = max(_LEAST_PURCHASED * needed, needed - _own_cold(profile))
    design = slope * _HOTTEST
    inner = math.exp(drawn("inner", math.log(0.02), math.log(0.14)))
    plant = Plant(
        control=Control(
            turn=drawn("turn", 11.0, 16.5),
            night=drawn("night", 0.6 * demand.setback[0] ** 2, 0.85 * demand.setback[1]),
            boost=drawn("boost", 0.0, 0.35),
            ahead=round(drawn("ahead", 0, 1.5) * _HOUR),
            weight=drawn("weight", 0.15, 0.45),
        ),
        share=1.0,
        slope=slope,
        ripple=drawn("ripple", 0.15, 0.26) * (0.6 if profile.weekly_hours >= _ALWAYS else 1.0),
        cycling=drawn("worst", 0.48, 0.72),
        tapped=design * inner,
        process=demand.machines * load_parameters(profile)["eui"] * profile.area / STEPS_PER_YEAR,
        reheat=0.0,
        returned=0.0,
        standing=drawn("standing", *fuel.standing) * design,
        circulation=drawn("circulation", *fuel.circulation) * design,
        energy=fuel.energy * drawn("rise", 4.5, 9.0) / 6.0,
        most=slope * (max(12.0, mean + wave - 6.0) + 10.0) * 1.6,
        pulse=0.0,
    )
    return with_pulse(plant, channel, _HOTTEST)


def _own_cold(profile: SiteProfile) -> float:
    """Return the cold of the site's own machines, in kWh per step and kelvin.

    It depends on the site only, not on its meters.
    """
    return _COLD_PER_ELECTRICITY * load_parameters(profile)["cool"] * day_level(profile)


def cooling(channel: MeterModel, axis: Axis) -> Floats:
    """Return the chilled water of a building in m3 per step, in whole pulses."""
    plant = cooling_plant(channel)
    return count_pulses(
        meter_key(channel, "pulse"), axis, plant.pulse, lambda days: _cold(channel, days)
    )


def _cold(channel: MeterModel, axis: Axis) -> Floats:
    plant, profile = cooling_plant(channel), channel.profile
    warm = np.maximum(
        0.0,
        felt(profile, axis, plant.control.weight) + _sunshine(profile, axis) - plant.control.turn,
    )
    damp = np.maximum(0.0, dew_point(profile, axis) - 12.0)
    _, timed = timetable(plant.control, profile, axis)
    load = plant.slope * (warm + 0.5 * damp) * timed
    load += plant.tapped * (0.5 + 0.9 * occupancy(profile, axis))
    varied = variation(channel, axis, plant.ripple, 0.80, 0.16, by_day=_BY_DAY)
    load *= varied
    load *= 1 + 0.8 * impulses(
        meter_key(channel, "starts"), axis, every=24, chance=0.08, lasting=2.5
    )
    # Chiller trips and pump changes: less flow than required for hours.
    load *= 1 - 0.7 * impulses(
        meter_key(channel, "trips"), axis, every=192, chance=0.12, lasting=10.0
    )
    load = limited(load, plant.most)
    load += plant.standing
    if plant.process:
        # Pumps and supply temperatures vary a little, also if machines run evenly.
        load += _machine_heat(profile, axis) * varied**_EVEN
    # At low load the temperature difference is smaller, so the flow decreases less.
    share = np.clip(load / (plant.slope * _HOTTEST + plant.process), 0.0, 1.0)
    rise = plant.cycling + (1 - plant.cycling) * np.sqrt(share)
    return (
        np.maximum(load / rise, plant.circulation)
        / plant.energy
        * change_factor(profile, "fuel", axis)
        * change_factor(profile, "cooling", axis)
    )


def _machine_heat(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the heat of machines, in kWh per step, less what outdoor air cools on cold days."""
    mild = np.clip((temperature(profile, axis) - _FREE_COOLING) / _FREE_SPAN, 0.0, 1.0)
    drawn = draw(key(profile.seed, profile.site_id, "free cooling"), *_ALWAYS_PURCHASED)
    purchased = min(1.0, drawn)
    share = purchased + (1 - purchased) * mild
    return demands()[profile.building].machines * share * electric_load(profile, axis)


def _sunshine(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the apparent warming in K by the sun through windows and on walls."""
    late = axis.shifted(-2 * _HOUR)
    up = sun.position(profile.latitude, profile.longitude, late)[2]
    return 8.0 * np.maximum(0.0, up) * (1 - 0.7 * cloud(profile, late))


def cooling_pulse(channel: MeterModel) -> float:
    """Return the m3 per count of the channel's chilled water meter."""
    return cooling_plant(channel).pulse
