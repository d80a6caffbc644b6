"""Electricity from the grid: people, systems, weather and noise.

The load is a level between night and day. It varies with schedules and people, increases with
heating and cooling, and is multiplied by noise with memories of minutes to weeks
(docs/explanation/readings.md#electricity). The parameters are drawn for each building
(data/electricity.toml).
"""

import math
from collections.abc import Mapping

import numpy as np

from mockapi.timeseries.block_cache import cached_steps
from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.attendance import event_visitors
from mockapi.timeseries.models.building_load import BuildingSchedule
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.conditioning import cooling_share, day_level, heating_share
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.heating import (
    has_heat_pump,
    heat_pump_electricity,
    heating_season,
)
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.load_parameters import load_parameters, mean_electricity
from mockapi.timeseries.models.noise import (
    Floats,
    ar,
    detrended_ar1,
    key,
    keys,
    smooth_step,
    uniform,
)
from mockapi.timeseries.models.occupancy import patterns, style, usual_occupancy
from mockapi.timeseries.models.power_generation import generation
from mockapi.timeseries.models.weather import dew_point, temperature
from mockapi.timeseries.time_axis import Axis

_INTERRUPTION_WINDOW = 8 * STEPS_PER_HOUR
"""Steps per window in which at most one interruption begins."""

_WINDOWS_PER_YEAR = 1_095.75


_TRIPPED = 0.3
"""Maximum share of the load that stops when a machine trips; judgement. Power failures of the
place, which stop all, are in `grid_outages`."""


def interrupt(
    level: Floats, profile: SiteProfile, parameters: Mapping[str, float], axis: Axis
) -> None:
    """Change *level*, shape (count,), for machines that trip and rarely used ones."""
    first, last = (
        (axis.first - _INTERRUPTION_WINDOW) // _INTERRUPTION_WINDOW,
        (axis.first + axis.count) // _INTERRUPTION_WINDOW,
    )
    windows = np.arange(first, last + 1, dtype=np.int64)
    for name, longest in (("cuts", 10), ("bursts", 16)):
        named = (profile.seed, profile.site_id, "interruptions", name)
        drawn = uniform(key(*named), windows)
        chosen = windows[drawn < parameters[name] / _WINDOWS_PER_YEAR]
        if not len(chosen):
            continue
        chances = [uniform(key(*named, part), chosen).tolist() for part in ("at", "long", "deep")]
        for window, place, length, depth in zip(chosen.tolist(), *chances, strict=True):
            begin = window * _INTERRUPTION_WINDOW + int(place * _INTERRUPTION_WINDOW) - axis.first
            end = begin + 1 + int(length * length * longest)
            share = 1 - _TRIPPED * depth * depth if name == "cuts" else 1.04 + 0.22 * depth
            level[max(0, begin) : max(0, end)] *= share


_LAGS = tuple(hours * STEPS_PER_HOUR for hours in (0, 3, 9, 18, 30, 45))
"""Lags of the thermal mass, in steps."""

_HATS = 8  # spans of three hours per day with a deviation each
_DEEPEST = 0.02
_SWITCHED = 0.5
"""Share of the systems' use that follows the number of people: lights, lifts, machines, ventilation
on demand; judgement."""

_HUMP_MEAN = 0.6
_CALM = 0.3
_SLEEP, _SLEEPS, _DROWSY = (
    5.8,
    4.0,
    5.5,
)  # hours: middle and half of sleep, falling asleep


def load(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the use of the whole site, in kWh per step, shape (count,)."""
    return _load(profile, axis.first, axis.count)


@cached_steps
def _load(profile: SiteProfile, first: int, count: int) -> Floats:
    axis = Axis.of(profile.timezone, first, count)
    parameters = load_parameters(profile)
    schedule = BuildingSchedule.of(profile, axis)
    come = change_factor(profile, "people", axis)
    people = _people(profile, parameters, axis) * come
    running = schedule.running()
    event: Floats | float = 0.0
    institution = patterns()[profile.building].institution
    if institution.events:
        visitors = event_visitors(profile, institution, axis) * np.minimum(come, 1.0)
        running = np.maximum(running, visitors)
        event = parameters["event"] * visitors
    switched = running * (1 + _SWITCHED * (come - 1))
    activity = parameters["keep"] * people + (1 - parameters["keep"]) * switched
    noon = (axis.local_hour - parameters["noon"]) * (math.pi / 12)
    activity *= 1 + parameters["hump"] * (np.maximum(0.0, np.cos(noon)) - _HUMP_MEAN)
    level = parameters["night"] + (1 - parameters["night"]) * activity + event
    level += _conditioning(profile, parameters, axis, running)
    level += parameters["dark"] * _darkness(profile, axis)
    level *= _noise_factor(profile, parameters, axis, activity) * schedule.level
    level = np.maximum(level, _DEEPEST)
    interrupt(level, profile, parameters, axis)
    level *= day_level(profile)
    if has_heat_pump(profile):
        level += heat_pump_electricity(profile, axis)
    level *= change_factor(profile, "electricity", axis)
    return level


def active_energy(channel: MeterModel, axis: Axis) -> Floats:
    """Return the energy purchased from the grid, in kWh per step, shape (count,)."""
    profile = channel.profile
    used = load(profile, axis)
    if profile.solar_kwp > 0:
        used = np.maximum(0.0, used - generation(profile, axis))
    return np.where(has_failed(profile, axis), 0.0, used)


def pulse(channel: MeterModel) -> float:
    """Return the resolution in kWh of a meter for such a building."""
    usual = mean_electricity(channel.profile)
    return next((size for size in (0.1, 0.01) if usual > 200 * size), 0.001)


def _people(profile: SiteProfile, parameters: Mapping[str, float], axis: Axis) -> Floats:
    """Return the usual activity of people: 0 when everyone is inactive, 1 when full."""
    present = usual_occupancy(profile, axis)
    if parameters["asleep"] <= 0:
        floor = patterns()[profile.building].floor
        return np.maximum(0.0, (present - floor) * (1 / (1 - floor)))
    evening = style(profile)[0]
    away = np.abs((axis.local_hour - evening - _SLEEP + 12) % 24 - 12)
    return present * (1 - parameters["asleep"] * smooth_step((_SLEEPS - away) / _DROWSY))


def _conditioning(
    profile: SiteProfile, parameters: Mapping[str, float], axis: Axis, running: Floats
) -> Floats:
    """Return the share for heating and cooling by recent temperatures, reduced at night."""
    reach = _LAGS[-1]
    long = Axis.of(axis.timezone, axis.first - reach, axis.count + reach)
    outdoor = temperature(profile, long)
    quick, *slow = (outdoor[reach - lag : reach - lag + axis.count] for lag in _LAGS)
    mass = parameters["mass"] / len(slow)
    felt = (1 - parameters["mass"]) * quick
    for each in slow:
        felt += mass * each
    need = cooling_share(profile, felt, dew_point(profile, axis))
    need += heating_share(profile, felt) * heating_season(profile, parameters["cold"], axis)
    return need * (parameters["round"] + (1 - parameters["round"]) * running)


def _darkness(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the darkness: 1 at night, 0 by day, with a short dusk between."""
    days = axis.days
    season = np.cos((days % 365.2425 - 172.0) * (2 * math.pi / 365.2425))
    slope = math.tan(math.radians(max(-65.0, min(65.0, profile.latitude))))
    half = 12 / math.pi * np.arccos(np.clip(-slope * np.tan(0.409 * season), -1.0, 1.0))
    noon = np.abs((axis.utc_hour + profile.longitude / 15) % 24.0 - 12.0)
    return smooth_step((noon - half[axis.day_index]) * 1.5)


def _noise_factor(
    profile: SiteProfile, parameters: Mapping[str, float], axis: Axis, activity: Floats
) -> Floats:
    """Return the noise factor, with persistence over hours, days, weeks and years."""
    named = (profile.seed, profile.site_id, "mood")
    memory = parameters["hour_memory"] ** (1 / STEPS_PER_HOUR)
    swing = detrended_ar1(key(*named, "hour"), axis.steps, memory)
    swing *= 1 + parameters["tails"] * swing * swing
    noise = parameters["hour"] / (1 + 3 * parameters["tails"]) * swing
    noise += parameters["shape"] * _shape(profile, parameters, axis)
    noise += parameters["quick"] * ar(key(*named, "quick"), axis.steps, _CALM)
    noise *= parameters["idle"] + (1 - parameters["idle"]) * activity
    return np.maximum(1 + noise, 0.15)


def _shape(profile: SiteProfile, parameters: Mapping[str, float], axis: Axis) -> Floats:
    """Return the deviation of each three hours of a day, persistent over days."""
    named = (profile.seed, profile.site_id, "shape")
    position = axis.local_hour * (_HATS / 24)
    hat = position.astype(np.int64)
    part = position - hat
    days = np.arange(int(axis.days[0]), int(axis.days[-1]) + 2, dtype=np.int64)
    deviations = ar(
        keys(*(key(*named, each) for each in range(_HATS))), days, parameters["shape_memory"]
    )
    table = (deviations - deviations.mean(axis=0)).T.ravel()
    index = axis.day_index * _HATS + hat
    here, ahead = table[index], table[index + 1]
    shape: Floats = here + (ahead - here) * part
    return shape
