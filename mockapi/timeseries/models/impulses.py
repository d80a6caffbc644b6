"""Sudden events and decaying impulses: the heavy tails of readings."""

import math

import numpy as np

from mockapi.timeseries.models.noise import Bools, Floats, Keys, Steps, keys, span, uniform
from mockapi.timeseries.time_axis import Axis

_LIVES = 6
"""Time constants after which an impulse is negligible."""


def draw_each(key: int | Keys, numbers: Steps) -> Floats:
    """Return the draw of each of *numbers*. Repeated numbers are drawn once.

    Several keys give one row each.
    """
    whole = span(numbers)
    drawn: Floats = uniform(key, whole)[..., numbers - whole[0]]
    return drawn


def occurs(key: int, numbers: Steps, chance: float) -> Bools:
    """Return for each of *numbers* whether an event of probability *chance* occurs."""
    return draw_each(key, numbers) < chance


def impulses(key: int, axis: Axis, *, every: int, chance: float, lasting: float) -> Floats:
    """Return impulses from 0 to 1 that decay with a time constant of *lasting* steps.

    In each span of *every* steps, one begins with probability *chance*.
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
    # Overlapping impulses are added in the order of their begins, the same in every window.
    total = np.zeros(axis.count)
    np.add.at(total, at[inside], left[inside])
    return total
