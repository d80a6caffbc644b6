"""Integrates a state that tends to a target, so that any window is a slice of one course."""

from collections.abc import Callable

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.noise import Floats
from mockapi.series.steps import STEPS_AN_HOUR

Law = Callable[[Axis], tuple[Floats, Floats]]
"""Returns for the steps of an axis the hourly rate, and the target that the state tends to."""


def relaxed(axis: Axis, past: int, law: Law) -> Floats:
    """Return the mean state of each step: dx/dt = rate (target - x), solved exactly a step.

    Each step looks back by *past* steps, a power of two, to a state that was the target then: by
    now it is forgotten. Steps are joined two by two, then four by four, and so on, so the work
    grows with the logarithm of *past* alone.
    """
    rate, target = law(Axis.of(axis.timezone, axis.first - past - 1, axis.count + past + 1))
    kept: Floats = np.exp(rate * (-1 / STEPS_AN_HOUR))
    gained = (1 - kept) * target
    lag = 1
    while lag < past:
        gained = gained[lag:] + kept[lag:] * gained[:-lag]
        kept = kept[lag:] * kept[:-lag]
        lag *= 2
    ended = gained[1:] + kept[1:] * target[: axis.count + 1]
    return (ended[1:] + ended[:-1]) / 2
