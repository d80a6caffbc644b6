"""Says where the sun stands, and what falls on a tilted panel under it.

Geometry by Spencer (1971), clear sky by Haurwitz (1945): good to 5 to 10 %, without look-up
tables. Angles in degrees where a name says so, else in radians; irradiance in W/m2.
"""

import numpy as np

from mockapi.series.axis import Axis, year_days
from mockapi.series.noise import Floats
from mockapi.series.steps import STEPS_A_DAY

_ALBEDO = 0.2
"""The share of sunlight that ground and roofs around a panel reflect."""


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
    """Return how many hours the sundial is ahead of the mean sun."""
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
    at = (axis.steps + 0.5) / STEPS_A_DAY
    # The year's course bends so little in a day that lines between its days are exact enough.
    days = np.arange(int(at[0]) - 1, int(at[-1]) + 3, dtype=np.int64)
    angle = (year_days(days) - 1).astype(np.float64) * (2 * np.pi / 365.25)
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


def clear_sky(up: Floats) -> Floats:
    """Return what falls on level ground under a clear sky; 0 while the sun is down."""
    risen = np.maximum(up, 1e-3)
    return np.where(up > 0, 1098.0 * risen * np.exp(-0.057 / risen), 0.0)


def on_panel(
    sun: tuple[Floats, Floats, Floats], clearness: Floats, tilt: float, bearing: float
) -> Floats:
    """Return what falls on a panel of *tilt*, facing *bearing* (degrees clockwise from north).

    *clearness* is the share of the clear sky's light that clouds let through.
    """
    east, north, up = sun
    level = clear_sky(up) * clearness
    diffuse = level * np.clip(1.12 - 0.9 * clearness, 0.1, 1.0)
    slope, facing = np.radians(tilt), np.radians(bearing)
    incidence = np.maximum(
        0.0,
        up * np.cos(slope) + np.sin(slope) * (east * np.sin(facing) + north * np.cos(facing)),
    )
    # Close to the horizon the beam on level ground is nothing divided by nothing.
    beam = (level - diffuse) / np.maximum(up, 0.06) * incidence
    sky = diffuse * (1 + np.cos(slope)) / 2
    ground = level * _ALBEDO * (1 - np.cos(slope)) / 2
    return np.where(up > 0, beam + sky + ground, 0.0)
