"""Integrates a state that tends to a target, so that any window is a slice of one course."""

from collections.abc import Callable

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.counts import whole_days
from mockapi.series.noise import Floats
from mockapi.series.steps import STEPS_A_DAY, STEPS_AN_HOUR

Law = Callable[[Axis], tuple[Floats, Floats]]
"""Returns for the steps of an axis the hourly rate, and the target that the state tends to."""


def relaxed(axis: Axis, past: int, law: Law) -> Floats:
    """Return the mean state of each step: dx/dt = rate (target - x), solved exactly a step.

    Each day of UTC is integrated by itself from *past* steps before it, where it begins at the
    target of that step. All days of a window run side by side.
    """
    days = whole_days(axis)
    around = Axis.of(axis.timezone, days.first - past, days.count + past)
    rate, target = law(around)
    kept = np.exp(-rate / STEPS_AN_HOUR)
    count = days.count // STEPS_A_DAY
    begin = np.arange(count) * STEPS_A_DAY
    state = target[begin]
    course = np.empty((STEPS_A_DAY, count))
    for step in range(past + STEPS_A_DAY):
        at = begin + step
        ended = target[at] + (state - target[at]) * kept[at]
        if step >= past:
            course[step - past] = (state + ended) / 2
        state = ended
    offset = axis.first - days.first
    return course.T.ravel()[offset : offset + axis.count]
