"""The sun over a place: its position and setting, and its light on the ground and on panels."""

import math

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.time_axis import Axis, year_days

_ALBEDO = 0.2
"""Share of sunlight that the ground around a panel reflects."""

_AT_SUNSET = math.radians(-0.833)
"""Height of the middle of the sun at sunset, with the refraction of the air."""


def _year_angle(days: Steps) -> Floats:
    """Return the part of the year before each of *days*, in radians."""
    return (year_days(days) - 1).astype(np.float64) * (2 * np.pi / 365.25)


def _declination(angle: Floats) -> Floats:
    return (
        0.006918
        - 0.399912 * np.cos(angle)
        + 0.070257 * np.sin(angle)
        - 0.006758 * np.cos(2 * angle)
        + 0.000907 * np.sin(2 * angle)
        - 0.002697 * np.cos(3 * angle)
        + 0.00148 * np.sin(3 * angle)
    )


def _equation_of_time(angle: Floats) -> Floats:
    """Return the equation of time in hours."""
    return (
        np.asarray(
            0.000075
            + 0.001868 * np.cos(angle)
            - 0.032077 * np.sin(angle)
            - 0.014615 * np.cos(2 * angle)
            - 0.040849 * np.sin(2 * angle)
        )
        * 12
        / np.pi
    )


def position(latitude: float, longitude: float, axis: Axis) -> tuple[Floats, Floats, Floats]:
    """Return the unit vector to the sun in the middle of each step: east, north and up."""
    at = (axis.steps + 0.5) / STEPS_PER_DAY
    # Within a day, linear interpolation of the yearly course is exact enough.
    days = np.arange(int(at[0]) - 1, int(at[-1]) + 3, dtype=np.int64)
    angle = _year_angle(days)
    height = _declination(angle)
    sine, cosine = np.interp(at, days, np.sin(height)), np.interp(at, days, np.cos(height))
    ahead = np.interp(at, days, _equation_of_time(angle))
    hour_angle = np.radians(15 * (24 * (at % 1) - 12 + ahead) + longitude)
    phi = np.radians(latitude)
    noon = cosine * np.cos(hour_angle)
    east = -cosine * np.sin(hour_angle)
    north = np.cos(phi) * sine - np.sin(phi) * noon
    up = np.sin(phi) * sine + np.cos(phi) * noon
    return east, north, up


def sunset(latitude: float, longitude: float, days: Steps) -> Floats:
    """Return the hour of UTC at which the sun sets on *days*; noon or midnight if it does not."""
    angle = _year_angle(days)
    height, phi = _declination(angle), math.radians(latitude)
    up = math.sin(_AT_SUNSET) - math.sin(phi) * np.sin(height)
    half = np.arccos(np.clip(up / (math.cos(phi) * np.cos(height)), -1.0, 1.0)) * (12 / math.pi)
    hours: Floats = 12 - longitude / 15 - _equation_of_time(angle) + half
    return hours


def clear_sky(up: Floats) -> Floats:
    """Return the irradiance on level ground under a clear sky; 0 at night."""
    risen = np.maximum(up, 1e-3)
    return np.where(up > 0, 1098.0 * risen * np.exp(-0.057 / risen), 0.0)


def on_panel(
    sun: tuple[Floats, Floats, Floats], clearness: Floats, tilt: float, bearing: float
) -> Floats:
    """Return the irradiance on a panel of *tilt*, facing *bearing* (degrees from north).

    *clearness* is the share of clear-sky light that passes the clouds.
    """
    east, north, up = sun
    level = clear_sky(up) * clearness
    diffuse = level * np.clip(1.12 - 0.9 * clearness, 0.1, 1.0)
    slope, facing = np.radians(tilt), np.radians(bearing)
    incidence = np.maximum(
        0.0,
        up * np.cos(slope) + np.sin(slope) * (east * np.sin(facing) + north * np.cos(facing)),
    )
    # Near the horizon, the beam on level ground would be 0 divided by 0.
    beam = (level - diffuse) / np.maximum(up, 0.06) * incidence
    sky = diffuse * (1 + np.cos(slope)) / 2
    ground = level * _ALBEDO * (1 - np.cos(slope)) / 2
    return np.where(up > 0, beam + sky + ground, 0.0)
