"""Solar generation on the roof, and renewable energy from elsewhere."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mockapi.timeseries.models import weather
from mockapi.timeseries.models.building_load import load_parameters
from mockapi.timeseries.models.impulses import draw_each, impulses
from mockapi.timeseries.models.inputs import MeterModel, SiteProfile
from mockapi.timeseries.models.noise import Floats, ar, draw, key, value_noise
from mockapi.timeseries.models.weather import cloud, temperature
from mockapi.timeseries.steps import STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.time_axis import Axis

_HOURS_PER_YEAR = 8766.0
_STEPS_PER_YEAR = _HOURS_PER_YEAR * STEPS_PER_HOUR
_FLICKER = 0.72
"""What passing clouds keep of themselves in 15 minutes; judgement."""

_WAKES = 0.005
"""The share of its power from which an inverter feeds in."""

_RAIN_EVERY = 12
"""Days in which one rain washes the panels; judgement."""

_WIND_MEMORY = math.exp(-1 / (20 * STEPS_PER_HOUR))
_WIND_MEAN = 0.32
"""The mean of the power curve below over its wind, as a share of full power."""


@dataclass(frozen=True)
class Array:
    """Panels on a roof: *tilt* and *bearing* in degrees, shares of one in the rest.

    *clip* is what the inverter lets through of the peak power, *born* the step it was built.
    """

    tilt: float
    bearing: float
    clip: float
    yields: float
    soiling: float
    born: float


@lru_cache(maxsize=512)
def array_on(profile: SiteProfile) -> Array:
    """Return the panels that the site's seed puts on its roof."""
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
        born=(40 + 10 * drawn["born"]) * _STEPS_PER_YEAR,
    )


def generation(profile: SiteProfile, axis: Axis) -> Floats:
    """Return what the roof's panels generate, in kWh a step, shape (count,); 0 at night.

    A clear sky behind clouds, an inclined plane, warm cells, dust, age and an inverter
    (docs/explanation/readings.md#solar-power).
    """
    if profile.solar_kwp <= 0:
        return np.zeros(axis.count)
    panels = array_on(profile)
    towards = weather.position(profile.latitude, profile.longitude, axis)
    plane = weather.on_panel(towards, clearness(profile, axis), panels.tilt, panels.bearing)
    cell = temperature(profile, axis) + plane * (25 / 800)
    direct = plane / 1000 * (1 - 0.004 * (cell - 25)) * panels.yields
    direct *= _clean(profile, panels, axis) * _aged(panels, axis)
    # An inverter is worse while it has little to do.
    power = np.where(direct > _WAKES, direct * direct / (direct + 0.006), 0.0)
    return np.minimum(power, panels.clip) * (profile.solar_kwp / STEPS_PER_HOUR)


def clearness(profile: SiteProfile, axis: Axis) -> Floats:
    """Return which share of the clear sky's light comes through the clouds of each step."""
    veil = cloud(profile, axis)
    mean = 1.06 - 0.86 * veil**1.5
    flicker = ar(key(profile.seed, profile.site_id, "flicker"), axis.steps, _FLICKER)
    edges = np.clip(mean * (1.08 - mean) * 4, 0.06, 1.0)
    light = mean + 0.15 * edges * flicker
    # A heavy cloud before the sun, more often where there are some clouds but not only clouds.
    passing = impulses(
        key(profile.seed, profile.site_id, "passing"), axis, every=10, chance=0.45, lasting=3.5
    )
    return np.clip(light - 0.75 * edges * passing, 0.04, 1.12)


def _clean(profile: SiteProfile, panels: Array, axis: Axis) -> Floats:
    """Return the share of light that the dust since the last rain lets through."""
    day = axis.steps // STEPS_PER_DAY
    period = day // _RAIN_EVERY
    seed = key(profile.seed, "rain", round(profile.latitude, 1), round(profile.longitude, 1))
    rain = period * _RAIN_EVERY + np.floor(draw_each(seed, period) * _RAIN_EVERY)
    before = (period - 1) * _RAIN_EVERY + np.floor(draw_each(seed, period - 1) * _RAIN_EVERY)
    dry = day - np.where(day >= rain, rain, before)
    return 1 - panels.soiling * dry / _RAIN_EVERY


def _aged(panels: Array, axis: Axis) -> Floats:
    years = np.maximum(0.0, (axis.steps - panels.born) / _STEPS_PER_YEAR)
    aged: Floats = np.maximum(0.6, 1 - 0.005 * years)
    return aged


def onsite(channel: MeterModel, axis: Axis) -> Floats:
    """Return the onsite generation in kWh a step."""
    return generation(channel.profile, axis)


def offsite(channel: MeterModel, axis: Axis) -> Floats:
    """Return the share of a distant park of wind and sun under contract, in kWh a step.

    assumption: what is generated offsite is a contract of 20 to 90 % of the site's yearly use.
    """
    profile = channel.profile
    place = key(profile.seed, "park", profile.country)
    contract = key(profile.seed, profile.site_id, channel.meter_id, "contract")
    use = load_parameters(profile)["eui"] * profile.area
    share = draw(contract, 0.2, 0.9)
    mix = draw(key(profile.seed, profile.site_id, "mix"), 0.45, 1.0)
    mean = use * share / _STEPS_PER_YEAR
    delivered: Floats = mix * _wind(place, axis) + (1 - mix) * _park(profile, place, axis)
    return delivered * mean


def _wind(place: int, axis: Axis) -> Floats:
    """Return the power of a wind park over its mean: a Weibull wind through a power curve."""
    storm = ar(key(place, "wind"), axis.steps, _WIND_MEMORY)
    gust = value_noise(key(place, "gust"), axis.steps / 8.0)
    speed = 7.6 * np.exp(0.5 * storm + 0.05 * gust - 0.1)
    power = np.clip((speed**3 - 27.0) / (12.0**3 - 27.0), 0.0, 1.0)
    # Turbines of a park do not all stand in the same wind; storms shut some of them down.
    return (0.97 * power + 0.03 * np.tanh(speed / 9)) / _WIND_MEAN


def _park(profile: SiteProfile, place: int, axis: Axis) -> Floats:
    """Return the power of many panels of a country over their mean: no single cloud shows."""
    towards = weather.position(profile.latitude, profile.longitude, axis)
    haze = 0.72 + 0.16 * value_noise(key(place, "haze"), axis.steps / STEPS_PER_DAY, 0.4)
    bearing = 0.0 if profile.south else 180.0
    plane = weather.on_panel(towards, np.clip(haze, 0.2, 1.0), 25.0, bearing)
    return plane / 175.0
