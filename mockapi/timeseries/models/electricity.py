"""Electricity from the grid: by people, systems, weather and noise.

The load is a level between night and day, moved by schedules and by people, raised by heat and
cold, and multiplied by noise that lasts: for minutes, hours, days, weeks
(docs/explanation/readings.md#electricity). How much of each is drawn for each building
(data/electricity.toml).
"""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from mockapi.timeseries.block_cache import cached_steps
from mockapi.timeseries.models import solar
from mockapi.timeseries.models.building_load import LATER, SOONER, Operation, character, rise
from mockapi.timeseries.models.calendar import vacation
from mockapi.timeseries.models.changes import factor
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.noise import Floats, ar, draw, key, keys, restless, uniform
from mockapi.timeseries.models.occupancy import mean_presence, patterns, style, usual_occupancy
from mockapi.timeseries.models.weather import Sky, climate_of, temperature
from mockapi.timeseries.steps import STEPS_AN_HOUR
from mockapi.timeseries.time_axis import Axis

_WATCH = 8 * STEPS_AN_HOUR
"""Steps in which at most one interruption begins."""

_WATCHES_A_YEAR = 1_095.75


def interrupt(level: Floats, facts: SiteProfile, ways: Mapping[str, float], axis: Axis) -> None:
    """Change *level*, shape (count,), where the power fails or a machine runs that seldom does."""
    first, last = (axis.first - _WATCH) // _WATCH, (axis.first + axis.count) // _WATCH
    watches = np.arange(first, last + 1, dtype=np.int64)
    for name, longest in (("cuts", 10), ("bursts", 16)):
        named = (facts.seed, facts.site_id, "interruptions", name)
        drawn = uniform(key(*named), watches)
        struck = watches[drawn < ways[name] / _WATCHES_A_YEAR]
        if not len(struck):
            continue
        chances = [uniform(key(*named, part), struck).tolist() for part in ("at", "long", "deep")]
        for watch, place, length, depth in zip(struck.tolist(), *chances, strict=True):
            begin = watch * _WATCH + int(place * _WATCH) - axis.first
            end = begin + 1 + int(length * length * longest)
            share = 0.75 * depth * depth if name == "cuts" else 1.04 + 0.22 * depth
            level[max(0, begin) : max(0, end)] *= share


_STEPS_A_YEAR = 35_064
_LAGS = tuple(hours * STEPS_AN_HOUR for hours in (0, 3, 9, 18, 30, 45))
"""What walls remember, in steps."""

_HATS = 8  # stretches of three hours that a day's shape deviates in
_DEEPEST = 0.02
_SWITCHED = 0.5
"""How much of what systems do follows when more or fewer people come: lights, lifts, machines,
air by demand; judgement."""

_PLANT = 1.1
"""The most that heating and cooling add, as a share of the day level: plants are laid out for the
place; judgement. Without it a desert's spring doubles the load."""

_HUMP_MEAN = 0.6
_CALM = 0.3
_SLEEP, _SLEEPS, _DROWSY = 5.8, 4.0, 5.5  # the middle of sleep, half of it, falling asleep: hours


def load(facts: SiteProfile, axis: Axis) -> Floats:
    """Return what all of the site uses, in kWh a step, shape (count,)."""
    return _load(facts, axis.first, axis.count)


@cached_steps
def _load(facts: SiteProfile, first: int, count: int) -> Floats:
    axis = Axis.of(facts.timezone, first, count)
    ways = character(facts)
    operation = Operation.of(facts, axis)
    come = factor(facts, "people", axis)
    people = _people(facts, ways, axis) * come
    running = operation.running()
    switched = running * (1 + _SWITCHED * (come - 1))
    activity = ways["keep"] * people + (1 - ways["keep"]) * switched
    noon = (axis.local_hour - ways["noon"]) * (math.pi / 12)
    activity *= 1 + ways["hump"] * (np.maximum(0.0, np.cos(noon)) - _HUMP_MEAN)
    level = ways["night"] + (1 - ways["night"]) * activity
    level += _conditioning(facts, ways, axis, running)
    level += ways["dark"] * _darkness(facts, axis)
    level *= _moods(facts, ways, axis, activity) * operation.level
    level = np.maximum(level, _DEEPEST)
    interrupt(level, facts, ways, axis)
    level *= ways["eui"] * facts.area / _STEPS_A_YEAR / _usual(facts)
    level *= factor(facts, "electricity", axis)
    return level


def active_energy(channel: MeterModel, axis: Axis) -> Floats:
    """Return what is purchased from the grid, in kWh a step, shape (count,)."""
    used = load(channel.facts, axis)
    if channel.facts.solar_kwp <= 0:
        return used
    return np.maximum(0.0, used - solar.generation(channel.facts, axis))


def reactive_energy(channel: MeterModel, axis: Axis) -> Floats:
    """Return the reactive energy drawn, in kVArh a step, shape (count,).

    The power factor is worst at low load, and motors magnetise at any
    (docs/explanation/readings.md#electricity).
    """
    facts = channel.facts
    active = active_energy(channel, axis)
    named = (facts.seed, facts.site_id, "reactive")
    full = draw(key(*named, "full"), 0.915, 0.975)
    idle = draw(key(*named, "idle"), 0.02, 0.05)
    usual = character(facts)["eui"] * facts.area / _STEPS_A_YEAR
    share = np.minimum(1.0, active / (1.6 * usual))
    factor = full - (full - 0.76) * (1 - share) ** 3
    wander = ar(key(*named, "wander"), axis.steps, 0.9)
    # Capacitors switch: most of the time little changes, and then much at once.
    wander = 1 + 0.02 * wander * (1 + 0.3 * wander * wander)
    return active * np.sqrt(1 / (factor * factor) - 1) * wander + idle * usual


def pulse(channel: MeterModel) -> float:
    """Return the resolution in kWh that a meter for such a building has."""
    usual = character(channel.facts)["eui"] * channel.facts.area / _STEPS_A_YEAR
    return next((size for size in (0.1, 0.01) if usual > 200 * size), 0.001)


def _people(facts: SiteProfile, ways: Mapping[str, float], axis: Axis) -> Floats:
    """Return what people bring about as usual: 0 when nobody stirs, 1 when it is full."""
    present = usual_occupancy(facts, axis)
    if ways["asleep"] <= 0:
        floor = patterns()[facts.building].floor
        return np.maximum(0.0, (present - floor) * (1 / (1 - floor)))
    evening = style(facts)[0]
    away = np.abs((axis.local_hour - evening - _SLEEP + 12) % 24 - 12)
    return present * (1 - ways["asleep"] * rise((_SLEEPS - away) / _DROWSY))


def _conditioning(
    facts: SiteProfile, ways: Mapping[str, float], axis: Axis, running: Floats
) -> Floats:
    """Return the share that follows the weather: the last hours' warmth, less at night."""
    reach = _LAGS[-1]
    long = Axis.of(axis.timezone, axis.first - reach, axis.count + reach)
    outdoor = temperature(facts, long)
    quick, *slow = (outdoor[reach - lag : reach - lag + axis.count] for lag in _LAGS)
    mass = ways["mass"] / len(slow)
    felt = (1 - ways["mass"]) * quick
    for each in slow:
        felt += mass * each
    need = ways["cool"] * np.maximum(0.0, felt - ways["warm"])
    need += ways["heat"] * np.maximum(0.0, ways["cold"] - felt)
    need = _PLANT * np.tanh(need / _PLANT)
    return need * (ways["round"] + (1 - ways["round"]) * running)


def _darkness(facts: SiteProfile, axis: Axis) -> Floats:
    """Return whether it is dark outside: 1 at night, 0 by day, minutes of dusk between."""
    days = axis.days
    season = np.cos((days % 365.2425 - 172.0) * (2 * math.pi / 365.2425))
    slope = math.tan(math.radians(max(-65.0, min(65.0, facts.latitude))))
    half = 12 / math.pi * np.arccos(np.clip(-slope * np.tan(0.409 * season), -1.0, 1.0))
    noon = np.abs((axis.utc_hour + facts.longitude / 15) % 24.0 - 12.0)
    return rise((noon - half[axis.day_index]) * 1.5)


def _moods(facts: SiteProfile, ways: Mapping[str, float], axis: Axis, activity: Floats) -> Floats:
    """Return the factor of noise: hours that last, days of one shape, weeks, years."""
    named = (facts.seed, facts.site_id, "mood")
    memory = ways["hour_memory"] ** (1 / STEPS_AN_HOUR)
    swing = restless(key(*named, "hour"), axis.steps, memory)
    swing *= 1 + ways["tails"] * swing * swing
    noise = ways["hour"] / (1 + 3 * ways["tails"]) * swing
    noise += ways["shape"] * _shape(facts, ways, axis)
    noise += ways["quick"] * ar(key(*named, "quick"), axis.steps, _CALM)
    noise *= ways["idle"] + (1 - ways["idle"]) * activity
    return np.maximum(1 + noise, 0.15)


def _shape(facts: SiteProfile, ways: Mapping[str, float], axis: Axis) -> Floats:
    """Return the deviation of each three hours of a day that lasts for days."""
    named = (facts.seed, facts.site_id, "shape")
    position = axis.local_hour * (_HATS / 24)
    hat = position.astype(np.int64)
    part = position - hat
    days = np.arange(int(axis.days[0]), int(axis.days[-1]) + 2, dtype=np.int64)
    deviations = ar(keys(*(key(*named, each) for each in range(_HATS))), days, ways["shape_memory"])
    table = (deviations - deviations.mean(axis=0)).T.ravel()
    index = axis.day_index * _HATS + hat
    here, ahead = table[index], table[index + 1]
    shape: Floats = here + (ahead - here) * part
    return shape


@lru_cache(maxsize=512)
def _usual(facts: SiteProfile) -> float:
    """Return about what the level is on average, to bring it to the yearly use per m2."""
    ways = character(facts)
    off = float(vacation(facts, np.arange(365, dtype=np.int64)).mean())
    hours = max(4.0, ways["stop"] - ways["start"]) / 24
    free = hours - (LATER + SOONER) / 24
    running = (5 * hours + 2 * ways["weekend"] * free) / 7 * (1 - off * ways["vacation"])
    # Who is asleep counts for less: then people and systems are about as busy.
    people = running if ways["asleep"] > 0 else mean_presence(facts)
    activity = ways["keep"] * people + (1 - ways["keep"]) * running
    _, mean, wave = climate_of(Sky.over(facts))
    year = mean + wave * np.cos(np.arange(24) * (math.pi / 12))
    need = ways["cool"] * np.maximum(0.0, year - ways["warm"])
    need += ways["heat"] * np.maximum(0.0, ways["cold"] - year)
    conditioning = float((_PLANT * np.tanh(need / _PLANT)).mean())
    gate = ways["round"] + (1 - ways["round"]) * running
    usual = ways["night"] + (1 - ways["night"]) * activity + conditioning * gate
    usual += ways["dark"] / 2
    return usual * (1 - off * (1 - math.exp(-ways["away"])))
