"""Heat for hot water of a building, relative to its mean."""

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile, meter_key
from mockapi.timeseries.models.noise import Floats, detrended_ar1, draw
from mockapi.timeseries.models.pulses import impulses
from mockapi.timeseries.models.tap_water import water_use_profile
from mockapi.timeseries.models.weather import Sky, climate_of, usual_temperature
from mockapi.timeseries.time_axis import Axis

_MIXED = 40.0
"""Temperature in degC of mixed water at the tap; judgement."""

_COLD_SWING, _COLD_LATE, _LEAST_WARMED = 0.7, 25, 8.0
"""Share of the annual wave of the air that reaches the cold water, its delay in days, and the least
kelvins by which the water is warmed; judgement."""

_COLDEST = 4.0
"""Temperature in degC of cold water in pipes below the frost; judgement."""

_HYGIENE = (2.0, 4.0)
"""Additional heat in the hour of the week in which a tank is heated against legionella, as a
multiple of the mean; judgement."""


def hot_water(channel: MeterModel, axis: Axis) -> Floats:
    """Return the heat for hot water, around 1, with single large draws and hygiene."""
    drawn = water_use_profile(channel.profile, meter_key(channel, "taps"), axis)
    # Draws differ by the hour. By the day they follow the people, so days resemble each other.
    draws = detrended_ar1(meter_key(channel, "draws"), axis.steps, 0.6 ** (1 / STEPS_PER_HOUR))
    drawn *= np.exp(0.3 * draws - 0.04)
    drawn *= 1 + 2 * impulses(meter_key(channel, "baths"), axis, every=16, chance=0.06, lasting=2.0)
    drawn *= _warmed(channel.profile, axis)
    return drawn + _hygiene(channel, axis)


def _warmed(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the heat per volume at the tap around 1: cold water is warmer in summer."""
    mean = max(_COLDEST, climate_of(Sky.over(profile))[1])
    air = usual_temperature(profile, axis.days - _COLD_LATE)
    cold = np.maximum(_COLDEST, mean + _COLD_SWING * (air - mean))
    warmed = np.maximum(_LEAST_WARMED, _MIXED - cold) / max(_LEAST_WARMED, _MIXED - mean)
    by_step: Floats = warmed[axis.day_index]
    return by_step


def _hygiene(channel: MeterModel, axis: Axis) -> Floats:
    """Return the heat of the weekly hour in which the tank is hotter than usual."""
    seed = meter_key(channel, "hygiene")
    hour = int(draw(seed, 0, 5))
    now = (axis.days[axis.day_index] % 7 == seed % 7) & (np.floor(axis.local_hour) == hour)
    return np.where(now, draw(meter_key(channel, "hygiene heat"), *_HYGIENE), 0.0)
