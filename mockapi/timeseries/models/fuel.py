"""Consumption of fuels and district heat, in m3 per step.

Heat depends on the outdoor temperature below a change point, on people and on schedules. Energy is
converted to m3 with the factors of `data/fuels.toml`
(docs/explanation/readings.md#fuel-in-cubic-meters).
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY, STEPS_PER_HOUR, STEPS_PER_YEAR
from mockapi.timeseries.models.attendance import occupancy_ratio
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.conditioning import heaters_electricity
from mockapi.timeseries.models.heating import (
    Control,
    has_heat_pump,
    heat_pump_output,
    heat_slope,
    heating_control,
    heating_on,
    heating_season,
    heating_span,
    most_heat,
    space_heat,
)
from mockapi.timeseries.models.hot_water import hot_water
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, demands, fuels, meter_key
from mockapi.timeseries.models.noise import (
    Floats,
    ar,
    detrended_ar1,
    draw,
    key,
    keys,
    uniform,
    value_noise,
)
from mockapi.timeseries.models.occupancy import occupancy
from mockapi.timeseries.models.pulses import count_pulses, impulses, pulse_for
from mockapi.timeseries.models.tap_water import kitchen_activity
from mockapi.timeseries.models.weather import dew_point
from mockapi.timeseries.time_axis import Axis

_MILD = 12.0
"""Kelvin below the change point on a cold day up to which winters are mild."""

_HOUR = STEPS_PER_HOUR
_LEAST_PURCHASED = 0.4
"""Least share of the heat that is not electric; judgement."""

_RETURNED = (0.1, 0.4)
"""Losses of the pipes in which hot water circulates, as a share of the heat at the taps;
judgement."""

_BOILER = 500.0
"""kW of a boiler: larger plants have several, and the least power of the plant is that of one;
judgement."""

_TANK = 0.4, 2.0
"""Least power of a burner while it heats tap water, over its mean: for tap water only, and greatest
of a boiler that also heats the building; judgement."""

_DRY, _FULLY_DRIED = 10.0, 5.0
"""Dew point in degC above which outdoor air is dried, and the kelvins above it from which all of it
is cooled and heated again; judgement."""

_BY_DAY = 0.5
"""Deviation of days over that of quarters of an hour; judgement."""

_CYCLE, _STORED = 3, 8
"""Steps of a cycle of a burner, and cycles over which heat is stored; judgement. A day has a whole
number of both."""


@dataclass(frozen=True)
class Plant:
    """Heating or cooling plant of one meter, drawn by its seed.

    *share* is the part of the site's heat over the efficiency, *slope* kWh/K per step, *tapped*,
    *process* and *returned* (losses of the pipes of hot water) mean kWh per step, *reheat* (of air
    that was cooled to dry it), *standing* (losses of the pipes of space heat), *circulation* and
    *most* kWh per step, *energy* kWh per m3 delivered, *tank* the least kWh per step of the
    burner that heats tap water.
    """

    control: Control
    share: float
    slope: float
    ripple: float
    cycling: float
    tapped: float
    process: float
    reheat: float
    returned: float
    standing: float
    circulation: float
    energy: float
    most: float
    pulse: float
    tank: float = 0.0

    def largest(self, span: float) -> float:
        """Return the flow in m3 per step at *span* kelvin from the change point."""
        return (self.slope * span + self.tapped + self.process) / self.energy


@lru_cache(maxsize=512)
def heating_plant(channel: MeterModel) -> Plant:
    """Return the plant that burns the channel's fuel."""
    profile, fuel = channel.profile, fuels()[channel.usage]
    demand = demands()[profile.building]

    def drawn(name: str, low: float, high: float) -> float:
        return draw(meter_key(channel, name), low, high)

    part = _share(channel)
    share = part * _left_by_electricity(profile) / fuel.conversion
    slope = heat_slope(profile) * share
    span = heating_span(profile)
    # In mild winters, a fuel is mainly used for hot water.
    heated = drawn("taps", 0, 1) < fuel.hot_water or span < _MILD
    people = occupancy_ratio(profile) * part
    hot = drawn("hot water", *demand.hot_water) * people if heated else 0.0
    design = slope * span
    boilers = 1 + design * _HOUR // _BOILER
    most = share * most_heat(profile)
    cycling = drawn("cycling", 0.15, 0.45) / boilers if fuel.burner else 0.0
    tapped = hot * profile.area / STEPS_PER_YEAR
    # A single boiler of a cold place also heats tap water; others have a burner for it.
    shared = _TANK[boilers == 1 and span >= _MILD]
    plant = Plant(
        control=heating_control(profile),
        share=share,
        slope=slope,
        ripple=drawn("ripple", 0.14, 0.34),
        cycling=cycling,
        tapped=tapped,
        process=drawn("process", *demand.process) * people * profile.area / STEPS_PER_YEAR,
        reheat=drawn("reheat", *demand.reheat) * design,
        returned=hot * drawn("returned", *_RETURNED) * profile.area / STEPS_PER_YEAR,
        standing=drawn("standing", *fuel.standing) * design,
        circulation=drawn("circulation", *fuel.circulation) * design,
        energy=fuel.energy,
        most=most,
        pulse=0.0,
        tank=min(cycling * most, shared * tapped),
    )
    return with_pulse(plant, channel, span)


def _left_by_electricity(profile: SiteProfile) -> float:
    """Return the share of a site's space heat that electric heaters leave to a fuel or a network.

    It depends on the site only, not on its meters.
    """
    heaters = heaters_electricity(profile, heating_span(profile))
    return max(_LEAST_PURCHASED, 1 - heaters / heat_slope(profile))


@lru_cache(maxsize=512)
def _share(channel: MeterModel) -> float:
    """Return the part of the site's heat that the channel's meter delivers."""
    profile = channel.profile
    if channel.usage not in profile.heat_sources:
        return 1.0
    weights = {
        usage: draw(key(profile.seed, profile.site_id, "heat source", usage), 0.3, 1.0)
        for usage in profile.heat_sources
    }
    return weights[channel.usage] / sum(weights.values())


def with_pulse(plant: Plant, channel: MeterModel, span: float) -> Plant:
    usual = pulse_for(fuels()[channel.usage].pulses, plant.largest(span))
    return replace(plant, pulse=channel.resolution or usual)


def heating(channel: MeterModel, axis: Axis) -> Floats:
    """Return the fuel or district heat of a building in m3 per step, in whole pulses."""
    plant = heating_plant(channel)
    return count_pulses(
        meter_key(channel, "pulse"), axis, plant.pulse, lambda days: _heat(channel, days)
    )


def _heat(channel: MeterModel, axis: Axis) -> Floats:
    plant, profile = heating_plant(channel), channel.profile
    control = plant.control
    space = space_heat(profile, axis)
    if has_heat_pump(profile):
        space = space - heat_pump_output(profile, axis)
    varied = variation(channel, axis, plant.ripple, 0.70, 0.06)
    space = plant.share * space * varied
    if plant.cycling:
        space *= _cycles(meter_key(channel, "cycles"), axis, space / plant.most, plant.cycling)
    needed = space + plant.standing * heating_season(profile, control.turn, axis)
    if plant.reheat:
        dried = np.clip((dew_point(profile, axis) - _DRY) / _FULLY_DRIED, 0.0, 1.0)
        needed += plant.reheat * dried * varied
    if plant.tapped:
        on = heating_on(profile, axis)
        tank = plant.tapped * hot_water(channel, axis)
        tank += plant.returned * (control.night + (1 - control.night) * on)
        if plant.cycling:
            tank *= _cycles(meter_key(channel, "tank"), axis, tank, plant.tank)
        needed += tank
    if plant.process:
        kitchen = occupancy(profile, axis) * kitchen_activity(profile, axis)
        kitchen *= variation(channel, axis, 0.15, 0.6, 0.05)
        kicked = impulses(meter_key(channel, "batches"), axis, every=12, chance=0.12, lasting=3.0)
        needed += plant.process * 2.0 * kitchen * (1 + 1.6 * kicked)
    if plant.circulation:
        # Valves open by themselves to keep pipes warm.
        kept = plant.circulation * variation(channel, axis, 0.08, 0.6, 0.09)
        needed = np.maximum(needed, kept)
    burned = needed / plant.energy
    return burned * change_factor(profile, "fuel", axis)


def variation(
    channel: MeterModel,
    axis: Axis,
    deviation: float,
    hourly: float,
    slow: float,
    *,
    by_day: float = _BY_DAY,
) -> Floats:
    """Return a factor around 1 that varies within the day, by day and over weeks, shape (count,).

    *deviation* is that of quarters of an hour, *hourly* their correlation after an hour, *by_day*
    the deviation of days over it, *slow* the deviation over weeks.
    """
    # Within the day only: otherwise its slow part would add to the deviation of days.
    within = detrended_ar1(meter_key(channel, "within"), axis.steps, hourly ** (1 / _HOUR))
    days = ar(meter_key(channel, "day"), axis.days, 0.6)[axis.day_index]
    drift = value_noise(meter_key(channel, "drift"), axis.steps / (14.0 * STEPS_PER_DAY), 0.75)
    noise = deviation * (within + by_day * days) + slow * drift
    return np.exp(noise - 0.5 * (1 + by_day**2) * deviation**2)


def _cycles(seed: int, axis: Axis, load: Floats, threshold: float) -> Floats:
    """Return a factor of mean 1: below its minimum power, a burner cycles.

    Heat is stored for some hours, so cycles are spread over them and hardly change a day's total.
    """
    on = np.clip(load / threshold, 0.2, 1.0)
    numbers = np.arange(axis.first // _CYCLE, (axis.first + axis.count) // _CYCLE)
    several = uniform(keys(seed, seed ^ 1), numbers).reshape(2, -1, _STORED)
    rank = several[0].argsort(axis=1).argsort(axis=1)
    lit = np.repeat(((rank + several[1]) / _STORED).ravel(), _CYCLE) < on
    return np.where(lit, 1 / on, 0.0)


def pulse(channel: MeterModel) -> float:
    """Return the m3 per count of the channel's fuel meter."""
    return heating_plant(channel).pulse
