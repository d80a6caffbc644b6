"""Noise of places, interpolated from the corners of a grid over the globe.

Sites of one place have the same weather to the bit, near places have similar weather, and distant
places are independent.
"""

import math
from dataclasses import dataclass

import numpy as np

from mockapi.timeseries.models.noise import (
    Floats,
    Steps,
    ar1_filter,
    ar1_warmup,
    catmull_rom,
    extend_back,
    key,
    lattice_points,
    normal,
    value_noise,
)

_GRID = 4.0
"""Grid spacing in degrees: weather systems are a few hundred kilometers wide."""


@dataclass(frozen=True)
class Spot:
    """A place of the noise of a world: coordinates in degrees."""

    seed: int
    latitude: float
    longitude: float


def regional_noise(spot: Spot, name: str, position: Floats, phi: float) -> Floats:
    """Return smooth noise of deviation 1 over *position*, with correlation *phi* per node."""
    at = lattice_points(position)
    white = _white(spot, name, extend_back(at, ar1_warmup(phi)))
    return catmull_rom(ar1_filter(white, phi), int(at[0]), position)


def local_noise(spot: Spot, name: str, position: Floats, phi: float) -> Floats:
    """Return smooth noise of one grid corner, for single clouds."""
    corner = round(spot.latitude / _GRID), round(spot.longitude / _GRID) % round(360 / _GRID)
    return value_noise(key(spot.seed, "weather", name, *corner), position, phi)


def _white(spot: Spot, name: str, steps: Steps) -> Floats:
    """Return white noise of deviation 1 that changes smoothly from place to place."""
    north, east = spot.latitude / _GRID, spot.longitude / _GRID
    south, west = math.floor(north), math.floor(east)
    up, right = north - south, east - west
    columns = round(360 / _GRID)
    corners = [
        (share * part, key(spot.seed, "weather", name, row, column % columns))
        for row, share in ((south, 1 - up), (south + 1, up))
        for column, part in ((west, 1 - right), (west + 1, right))
    ]
    drawn = normal(np.array([[corner] for _, corner in corners], np.uint64), steps)
    power = math.sqrt(sum(weight * weight for weight, _ in corners))
    (a, b, c, d), (first, second, third, fourth) = [weight / power for weight, _ in corners], drawn
    mixed: Floats = a * first + b * second + c * third + d * fourth
    return mixed
