"""Sudden events and decaying impulses: the heavy tails of readings."""

import math

import numpy as np

from mockapi.timeseries.models.noise import Bools, Floats, Keys, Steps, keys, span, uniform
from mockapi.timeseries.time_axis import Axis

_LIVES = 6
"""Times its lasting after which a kick is over."""


def draw_each(key: int | Keys, numbers: Steps) -> Floats:
    """Return the draw of each of *numbers*, which repeat themselves: drawn once, then looked up.

    Several keys give as many rows.
    """
    whole = span(numbers)
    drawn: Floats = uniform(key, whole)[..., numbers - whole[0]]
    return drawn


def occurs(key: int, numbers: Steps, chance: float) -> Bools:
    """Tell of each of *numbers* whether what happens with *chance* happens in it."""
    return draw_each(key, numbers) < chance


def impulses(key: int, axis: Axis, *, every: int, chance: float, lasting: float) -> Floats:
    """Return kicks between 0 and 1 that begin at once and die away over *lasting* steps.

    In each stretch of *every* steps one begins with *chance*.
    """
    life = math.ceil(_LIVES * lasting)
    stretches = np.arange(
        (axis.first - life) // every, (axis.first + axis.count) // every + 1, dtype=np.int64
    )
    chosen = stretches[uniform(key ^ 2, stretches) < chance]
    into, size = uniform(keys(key ^ 1, key ^ 3), chosen)
    begin = chosen * every + np.floor(every * into).astype(np.int64)
    age = np.arange(life)
    at = (begin[:, np.newaxis] + age - axis.first).ravel()
    left = (size[:, np.newaxis] * np.exp(-age / lasting)).ravel()
    inside = (at >= 0) & (at < axis.count)
    # Kicks that meet are added in the order in which they began, in every window.
    total = np.zeros(axis.count)
    np.add.at(total, at[inside], left[inside])
    return total
