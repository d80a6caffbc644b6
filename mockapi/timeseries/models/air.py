"""Air of a zone: CO2 by mass balance, temperature and humidity.

States are integrated from an earlier state whose influence has become negligible, so any window
gives the same values. Units are ppm, degC and %.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.block_cache import cached_steps
from mockapi.timeseries.intervals import STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.models import sun
from mockapi.timeseries.models.attendance import occupancy_ratio
from mockapi.timeseries.models.calendar import WORKDAY, day_kind
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, demands
from mockapi.timeseries.models.noise import (
    Floats,
    ar,
    draw,
    draw_each,
    key,
    normal,
    occurs,
    value_noise,
)
from mockapi.timeseries.models.occupancy import occupancy, usual_occupancy
from mockapi.timeseries.models.pulses import impulses
from mockapi.timeseries.models.weather import cloud, dew_point, temperature
from mockapi.timeseries.time_axis import Axis

Law = Callable[[Axis], tuple[Floats, Floats]]
"""Returns the hourly rate and the target of the state for the steps of an axis."""


def first_order_response(axis: Axis, past: int, law: Law) -> Floats:
    """Return the mean state of each step: dx/dt = rate (target - x), solved exactly.

    Each step begins *past* steps earlier, a power of two, in the target state of that time, whose
    influence is negligible by then. Steps are combined in pairs, then in fours, and so on, so the
    work grows with the logarithm of *past*.
    """
    rate, target = law(Axis.of(axis.timezone, axis.first - past - 1, axis.count + past + 1))
    kept: Floats = np.exp(rate * (-1 / STEPS_PER_HOUR))
    gained = (1 - kept) * target
    lag = 1
    while lag < past:
        gained = gained[lag:] + kept[lag:] * gained[:-lag]
        kept = kept[lag:] * kept[:-lag]
        lag *= 2
    ended = gained[1:] + kept[1:] * target[: axis.count + 1]
    return (ended[1:] + ended[:-1]) / 2


_OUTDOORS, _YEARLY_INCREASE = 423.0, 2.5
"""Outdoor ppm in 2024, and the increase per year."""

_EPOCH_YEARS = 54.0
_EXHALED = 0.0187
"""m3 of CO2 that an adult at 1.2 met exhales per hour (Persily and de Jonge 2017)."""

_CEILING = 2.8
_STEP_HOURS = 1 / STEPS_PER_HOUR
_MEMORY_STEPS = 256
"""Steps after which the initial CO2 of a room is negligible; temperature takes twice as long."""

_OCCUPIED = 0.1
_COIL, _NOT_DRIED, _DRIED = 10.0, 0.48, 0.25
"""Dew point in degC above which a cooling coil dries the air, and the share of a higher dew point
that remains without and with ventilation; judgement."""

_HUMIDIFIED, _LEAST_VAPOUR = (0.35, 0.46), (3.5, 5.0)
"""Relative humidity that humidifiers hold, and the least hPa of vapor in other rooms, which plants,
kitchens and walls give off; judgement."""

_DAMP = 25.0
"""Relative humidity in % below which its variations are smaller; judgement."""

_ALL_DAY = 160
"""Operating hours per week from which a building is never empty."""


@dataclass(frozen=True)
class Zone:
    """The room in which a site's air is measured.

    *density* is m2 per person when full; *closed* and *aired* are air changes per hour without and
    with ventilation; *restless* is the variation of the number of people; set points are in degC;
    *shine* is the warming by the sun in K, *moist* and *damp* hPa of vapor: minimum, and from
    people.
    """

    density: float
    closed: float
    aired: float
    restless: float
    windows: float
    warm: float
    cool: float
    heavy: float
    damp: float
    shine: float
    moist: float


def _key(profile: SiteProfile, name: str) -> int:
    return key(profile.seed, profile.site_id, "zone", name)


@lru_cache(maxsize=512)
def zone(profile: SiteProfile) -> Zone:
    """Return the room drawn by the site's seed."""
    demand = demands()[profile.building]
    density = draw(_key(profile, "density"), *demand.room)
    fresh = draw(_key(profile, "air"), *demand.air) * 3.6 / (density * _CEILING)
    always = profile.weekly_hours >= _ALL_DAY
    warm = draw(_key(profile, "warm"), 20.7, 22.4)
    return Zone(
        density=density,
        closed=draw(_key(profile, "closed"), *((0.45, 0.8) if always else (0.18, 0.5))),
        aired=max(0.7, fresh),
        restless=draw(_key(profile, "restless"), 0.18, 0.36),
        windows=draw(_key(profile, "windows"), 0.02, 0.25),
        warm=warm,
        cool=draw(_key(profile, "cool"), 22.0, 24.0),
        heavy=draw(_key(profile, "heavy"), 25.0, 60.0),
        damp=draw(_key(profile, "damp"), 1.1, 2.7),
        shine=draw(_key(profile, "shine"), 0.5, 1.6),
        moist=_least_vapour(profile, warm),
    )


def _least_vapour(profile: SiteProfile, warm: float) -> float:
    """Return the least vapor of the room in hPa; humidifiers hold a humidity at *warm* degC."""
    if draw(_key(profile, "humidifier")) < demands()[profile.building].humidified:
        return draw(_key(profile, "moist"), *_HUMIDIFIED) * float(_vapour(np.array(warm)))
    return draw(_key(profile, "moist"), *_LEAST_VAPOUR)


def _outside(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the outdoor CO2, which varies by year, season and rush hour."""
    years = axis.steps / (365.25 * STEPS_PER_DAY) - _EPOCH_YEARS
    season = 6 * np.cos(2 * np.pi * (axis.day_of_year - 75) / 365.25)
    still = value_noise(_key(profile, "still"), axis.steps / (STEPS_PER_DAY * 1.5), 0.4)
    rush = np.exp(-(((axis.local_hour - 8.0) / 1.5) ** 2))
    rush += 0.7 * np.exp(-(((axis.local_hour - 18.0) / 2.0) ** 2))
    rush *= np.where(day_kind(profile, axis) == WORKDAY, 1.0, 0.4) * (1 + 0.4 * still)
    season = -season if profile.south else season
    ppm: Floats = _OUTDOORS + _YEARLY_INCREASE * years + season + 6 * still + 12 * rush
    return ppm


def concentration(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the true mean CO2 of the room in each step, in ppm."""
    return _concentration(profile, axis.first, axis.count)


@cached_steps
def _concentration(profile: SiteProfile, first: int, count: int) -> Floats:
    axis = Axis.of(profile.timezone, first, count)
    return first_order_response(axis, _MEMORY_STEPS, lambda around: _balance(profile, around))


def _balance(profile: SiteProfile, axis: Axis) -> tuple[Floats, Floats]:
    """Return the air changes of each step, as an hourly rate, and the ppm they approach."""
    room = zone(profile)
    full = occupancy(profile, axis)
    restless = room.restless / max(1.0, room.aired / 2.0)
    if profile.weekly_hours >= _ALL_DAY:
        restless *= 0.6
    present = np.exp(restless * ar(_key(profile, "crowd"), axis.steps, 0.80))
    present *= np.exp(0.22 * ar(_key(profile, "day"), axis.days, 0.3)[axis.day_index] - 0.1)
    meeting = axis.steps // 5
    present *= np.where(occurs(_key(profile, "out"), meeting, 0.05), 0.35, 1.0)
    present *= np.where(occurs(_key(profile, "in"), meeting, 0.04), 1.6, 1.0)
    people = np.minimum(full * present * occupancy_ratio(profile), 1.5) / room.density
    running = np.clip(usual_occupancy(profile, axis) / 0.25, 0.0, 1.0)
    rate = room.closed + np.maximum(0.0, room.aired - room.closed) * running
    mild = np.clip((temperature(profile, axis) - 8.0) / 10.0, 0.1, 1.0)
    opened = draw_each(_key(profile, "window"), axis.steps // 2) < 0.12 * room.windows * mild
    rate += np.where(opened & (full > _OCCUPIED), 3.0 + 4.0 * room.windows, 0.0)
    exhaled = _EXHALED * demands()[profile.building].breath * people / _CEILING * 1e6
    return rate, _outside(profile, axis) + exhaled / rate


def _drift(channel: MeterModel, axis: Axis) -> Floats:
    """Return the drift of the sensor in ppm. It corrects itself every week."""
    seed = key(channel.profile.seed, channel.profile.site_id, channel.meter_id)
    return 6 * value_noise(key(seed, "drift"), axis.steps / (7 * STEPS_PER_DAY), 0.8)


def corrected_co2(channel: MeterModel, axis: Axis) -> Floats:
    """Return the published CO2: the corrected mean of each step, at least 400 ppm."""
    seed = key(channel.profile.seed, channel.profile.site_id, channel.meter_id)
    air = concentration(channel.profile, axis) + 0.4 * _drift(channel, axis)
    return np.maximum(400.0, air + 3 * normal(key(seed, "noise"), axis.steps))


def raw_co2(channel: MeterModel, axis: Axis) -> Floats:
    """Return the raw CO2 of the sensor: one sample per step, with bias, drift and noise."""
    seed = key(channel.profile.seed, channel.profile.site_id, channel.meter_id)
    air = concentration(channel.profile, axis)
    air = air + draw(key(seed, "bias"), -25, 25) + _drift(channel, axis)
    puff = 0.02 * (air - 400.0) * ar(key(seed, "puff"), axis.steps, 0.3)
    return np.maximum(0.0, air + puff + 7 * normal(key(seed, "noise"), axis.steps))


def zone_temperature(channel: MeterModel, axis: Axis) -> Floats:
    """Return the temperature of the room in each step, in degC."""
    seed = key(channel.profile.seed, channel.profile.site_id, channel.meter_id)
    noise = 0.02 * normal(key(seed, "noise"), axis.steps)
    return _true_temperature(channel.profile, axis) + draw(key(seed, "bias"), -0.4, 0.4) + noise


def _true_temperature(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the true temperature of the room in each step, in degC."""
    return _cached_true_temperature(profile, axis.first, axis.count)


@cached_steps
def _cached_true_temperature(profile: SiteProfile, first: int, count: int) -> Floats:
    room, axis = zone(profile), Axis.of(profile.timezone, first, count)
    inner = first_order_response(axis, 2 * _MEMORY_STEPS, lambda around: _comfort(profile, around))
    wander = 0.28 * ar(_key(profile, "wander"), axis.steps, 0.9**_STEP_HOURS)
    up = sun.position(profile.latitude, profile.longitude, axis.shifted(-STEPS_PER_HOUR))[2]
    shine = room.shine * np.maximum(0.0, up) * (1 - 0.7 * cloud(profile, axis))
    # Doors, set points and control oscillations: sudden changes of one or two hours.
    colder = impulses(_key(profile, "doors"), axis, every=12, chance=0.08, lasting=4.0)
    warmer = impulses(_key(profile, "hunting"), axis, every=12, chance=0.05, lasting=5.0)
    wander += 0.35 * value_noise(_key(profile, "mood"), axis.steps / (1.0 * STEPS_PER_DAY), 0.75)
    return inner + wander + shine + 1.1 * warmer - 1.5 * colder


def _comfort(profile: SiteProfile, axis: Axis) -> tuple[Floats, Floats]:
    """Return the hourly rate at which the room approaches a temperature, and this temperature."""
    room = zone(profile)
    outdoor = temperature(profile, axis)
    summer = np.clip((outdoor - 14.0) / 8.0, 0.0, 1.0)
    wanted = room.warm + (room.cool - room.warm) * summer + 0.03 * (outdoor - 18.0)
    full = occupancy(profile, axis)
    on = np.clip(usual_occupancy(profile, axis) / 0.3, 0.0, 1.0)
    # People, machines and the sun keep an unheated building some kelvin warmer than outdoors.
    free = np.clip(outdoor + 7.0 + 3.0 * full, 16.5, 29.0)
    held = 0.7 * on
    leak = 1 / room.heavy
    # A thermostat holds 16.5 to 29 degC even in an empty building.
    return held + leak, (held * wanted + leak * free) / (held + leak)


def humidity(channel: MeterModel, axis: Axis) -> Floats:
    """Return the relative humidity of the room in each step, in %."""
    profile = channel.profile
    seed = key(profile.seed, profile.site_id, channel.meter_id)
    vapour = first_order_response(axis, _MEMORY_STEPS, lambda around: _moisture(profile, around))
    saturated = _vapour(_true_temperature(profile, axis))
    wet = 100 * vapour / saturated
    wander = 1.6 * ar(key(seed, "wander"), axis.steps, 0.985)
    wander += 2.8 * value_noise(key(seed, "mood"), axis.steps / (1.5 * STEPS_PER_DAY), 0.5)
    showers = impulses(key(seed, "showers"), axis, every=16, chance=0.08, lasting=5.0)
    wander += 8.0 * showers - 6.0 * impulses(
        key(seed, "airing"), axis, every=16, chance=0.06, lasting=5.0
    )
    noise = 0.12 * normal(key(seed, "noise"), axis.steps)
    bias = draw(key(seed, "bias"), -3, 3)
    # Little vapor changes little.
    wander *= np.minimum(1.0, wet / _DAMP)
    return np.clip(wet + wander + noise + bias, 8.0, 92.0)


def _moisture(profile: SiteProfile, axis: Axis) -> tuple[Floats, Floats]:
    """Return the hourly rate at which vapor approaches a pressure, and this pressure in hPa."""
    room = zone(profile)
    full = occupancy(profile, axis)
    dew = dew_point(profile, axis)
    # Cooling coils dry the air in summer; humidifiers prevent dry air in winter.
    running = np.clip(usual_occupancy(profile, axis) / 0.25, 0.0, 1.0)
    remaining = _NOT_DRIED + (_DRIED - _NOT_DRIED) * running
    cooled = np.where(dew > _COIL, _COIL + remaining * (dew - _COIL), dew)
    rate = 0.35 + 0.9 * running
    return rate, np.maximum(room.moist, _vapour(cooled) + room.damp * (0.4 + full))


def _vapour(celsius: Floats) -> Floats:
    """Return the saturation vapor pressure in hPa (Magnus)."""
    pressure: Floats = 6.112 * np.exp(17.62 * celsius / (243.12 + celsius))
    return pressure


def whole(channel: MeterModel) -> float:
    """Return the resolution of CO2 and humidity: 1 ppm, 1 %."""
    return 1.0


def tenth(channel: MeterModel) -> float:
    """Return the resolution of temperature in kelvin."""
    return 0.1
