"""Generation onsite and offsite: solar panels and renewable parks."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY, STEPS_PER_HOUR, STEPS_PER_YEAR
from mockapi.timeseries.models import sun
from mockapi.timeseries.models.grid_outages import has_failed
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.noise import Floats, ar, draw, draw_each, key, value_noise
from mockapi.timeseries.models.pulses import impulses, pulse_for
from mockapi.timeseries.models.weather import cloud, temperature
from mockapi.timeseries.time_axis import Axis

_FLICKER = 0.72
"""Correlation of passing clouds over 15 minutes; judgement."""

_WAKES = 0.005
"""Share of its power at which an inverter starts to feed in."""

_PULSES = (0.001, 0.01, 0.1)
"""kWh per count of usual meters of panels."""

_RAIN_EVERY = 12
"""Days per rain that cleans the panels; judgement."""

_WIND_MEMORY = math.exp(-1 / (20 * STEPS_PER_HOUR))
_WIND_MEAN = 0.32
"""Mean of the power curve over the wind distribution, as a share of full power."""


@dataclass(frozen=True)
class Array:
    """Panels on a roof: *tilt* and *bearing* in degrees, the rest in shares.

    *clip* is the share of peak power that the inverter can deliver, *born* the step of
    construction.
    """

    tilt: float
    bearing: float
    clip: float
    yields: float
    soiling: float
    born: float


@lru_cache(maxsize=512)
def array_on(profile: SiteProfile) -> Array:
    """Return the panels drawn by the site's seed."""
    drawn = {
        name: draw(key(profile.seed, profile.site_id, "array", name))
        for name in ("tilt", "turn", "clip", "yields", "soiling", "born")
    }
    equator = 0.0 if profile.south else 180.0
    return Array(
        tilt=5 + 27 * drawn["tilt"],
        bearing=equator + 60 * (drawn["turn"] - 0.5),
        clip=0.78 + 0.16 * drawn["clip"],
        yields=0.80 + 0.09 * drawn["yields"],
        soiling=0.005 + 0.025 * drawn["soiling"],
        # Panels were built between 2010 and 2020.
        born=(40 + 10 * drawn["born"]) * STEPS_PER_YEAR,
    )


def generation(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the onsite generation in kWh per step, shape (count,); 0 at night.

    Clear sky, clouds, inclined plane, cell temperature, dust, age and inverter
    (docs/explanation/readings.md#solar-power).
    """
    if profile.solar_kwp <= 0:
        return np.zeros(axis.count)
    panels = array_on(profile)
    towards = sun.position(profile.latitude, profile.longitude, axis)
    plane = sun.on_panel(towards, clearness(profile, axis), panels.tilt, panels.bearing)
    cell = temperature(profile, axis) + plane * (25 / 800)
    direct = plane / 1000 * (1 - 0.004 * (cell - 25)) * panels.yields
    direct *= _clean(profile, panels, axis) * _aged(panels, axis)
    # An inverter is less efficient at low load.
    power = np.where(direct > _WAKES, direct * direct / (direct + 0.006), 0.0)
    power = np.minimum(power, panels.clip) * (profile.solar_kwp / STEPS_PER_HOUR)
    # Inverters switch off without a grid.
    return np.where(has_failed(profile, axis), 0.0, power)


def clearness(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the share of clear-sky light that passes the clouds of each step."""
    veil = cloud(profile, axis)
    mean = 1.06 - 0.86 * veil**1.5
    flicker = ar(key(profile.seed, profile.site_id, "flicker"), axis.steps, _FLICKER)
    edges = np.clip(mean * (1.08 - mean) * 4, 0.06, 1.0)
    light = mean + 0.15 * edges * flicker
    # Heavy clouds before the sun, mostly on partly cloudy days.
    passing = impulses(
        key(profile.seed, profile.site_id, "passing"), axis, every=10, chance=0.45, lasting=3.5
    )
    return np.clip(light - 0.75 * edges * passing, 0.04, 1.12)


def _clean(profile: SiteProfile, panels: Array, axis: Axis) -> Floats:
    """Return the share of light that passes the dust since the last rain."""
    day = axis.steps // STEPS_PER_DAY
    period = day // _RAIN_EVERY
    seed = key(profile.seed, "rain", round(profile.latitude, 1), round(profile.longitude, 1))
    rain = period * _RAIN_EVERY + np.floor(draw_each(seed, period) * _RAIN_EVERY)
    before = (period - 1) * _RAIN_EVERY + np.floor(draw_each(seed, period - 1) * _RAIN_EVERY)
    dry = day - np.where(day >= rain, rain, before)
    return 1 - panels.soiling * dry / _RAIN_EVERY


def _aged(panels: Array, axis: Axis) -> Floats:
    years = np.maximum(0.0, (axis.steps - panels.born) / STEPS_PER_YEAR)
    aged: Floats = np.maximum(0.6, 1 - 0.005 * years)
    return aged


def onsite_generation(channel: MeterModel, axis: Axis) -> Floats:
    """Return the onsite generation in kWh per step."""
    return generation(channel.profile, axis)


def onsite_pulse(channel: MeterModel) -> float:
    """Return the resolution in kWh of a meter for panels of that peak power; judgement."""
    return pulse_for(_PULSES, channel.profile.solar_kwp / STEPS_PER_HOUR)


def offsite_generation(channel: MeterModel, axis: Axis) -> Floats:
    """Return the contracted share of a remote wind and solar park, in kWh per step.

    assumption: what is generated offsite is a contract of 20 to 90 % of the site's yearly use.
    """
    profile = channel.profile
    place = key(profile.seed, "park", profile.country)
    contract = key(profile.seed, profile.site_id, channel.meter_id, "contract")
    use = load_parameters(profile)["eui"] * profile.area
    share = draw(contract, 0.2, 0.9)
    mix = draw(key(profile.seed, profile.site_id, "mix"), 0.45, 1.0)
    mean = use * share / STEPS_PER_YEAR
    delivered: Floats = mix * _wind(place, axis) + (1 - mix) * _park(profile, place, axis)
    return delivered * mean


def _wind(place: int, axis: Axis) -> Floats:
    """Return the power of a wind park over its mean: Weibull wind through a power curve."""
    storm = ar(key(place, "wind"), axis.steps, _WIND_MEMORY)
    gust = value_noise(key(place, "gust"), axis.steps / 8.0)
    speed = 7.6 * np.exp(0.5 * storm + 0.05 * gust - 0.1)
    power = np.clip((speed**3 - 27.0) / (12.0**3 - 27.0), 0.0, 1.0)
    # Turbines of a park have different winds, and storms stop some of them.
    return (0.97 * power + 0.03 * np.tanh(speed / 9)) / _WIND_MEAN


def _park(profile: SiteProfile, place: int, axis: Axis) -> Floats:
    """Return the power of a country's panels over their mean, without single clouds."""
    towards = sun.position(profile.latitude, profile.longitude, axis)
    haze = 0.72 + 0.16 * value_noise(key(place, "haze"), axis.steps / STEPS_PER_DAY, 0.4)
    bearing = 0.0 if profile.south else 180.0
    plane = sun.on_panel(towards, np.clip(haze, 0.2, 1.0), 25.0, bearing)
    return plane / 175.0
