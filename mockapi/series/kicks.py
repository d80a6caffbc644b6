"""Draws what happens at once, and kicks that die away: they make the tails of readings heavy."""

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.noise import Bools, Floats, Steps, uniform

_REACH = 4


def strikes(key: int, steps: Steps, chance: float) -> Bools:
    """Tell of each step whether what happens with *chance* happens in it."""
    return uniform(key, steps) < chance


def kicks(key: int, axis: Axis, *, every: int, chance: float, lasting: float) -> Floats:
    """Return kicks between 0 and 1 that begin at once and die away over *lasting* steps.

    In each stretch of *every* steps one begins with *chance*. What is left of a kick after
    four stretches is cut off, at the beginning of a stretch.
    """
    total = np.zeros(axis.count)
    stretch = axis.steps // every
    for back in range(_REACH):
        number = stretch - back
        begin = number * every + np.floor(every * uniform(key ^ 1, number))
        since = axis.steps - begin
        struck = strikes(key ^ 2, number, chance) & (since >= 0)
        size = uniform(key ^ 3, number)
        total += np.where(struck, size * np.exp(-np.maximum(since, 0.0) / lasting), 0.0)
    return total
