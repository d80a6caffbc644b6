"""Random impulses that decay, and counting of pulses with carry of fractions."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY
from mockapi.timeseries.models.noise import Floats, keys, uniform
from mockapi.timeseries.time_axis import Axis

_LIVES = 6
"""Time constants after which an impulse is negligible."""

_DECIMALS = 9


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


def whole_days(axis: Axis) -> Axis:
    """Return *axis* extended to whole days of UTC."""
    first = axis.first // STEPS_PER_DAY * STEPS_PER_DAY
    end = -(-(axis.first + axis.count) // STEPS_PER_DAY) * STEPS_PER_DAY
    return Axis.of(axis.timezone, first, end - first)


def count_pulses(key: int, axis: Axis, pulse: float, flow: Callable[[Axis], Floats]) -> Floats:
    """Return *flow* on *axis* as counted by a meter: whole multiples of *pulse*.

    Each UTC day begins with a fraction of a pulse drawn by *key*. Fractions are carried to later
    steps of that day, so a small flow appears from time to time.
    """
    days = whole_days(axis)
    run = flow(days).reshape(-1, STEPS_PER_DAY) / pulse
    begin = uniform(key, days.steps[::STEPS_PER_DAY] // STEPS_PER_DAY)[:, np.newaxis]
    register = np.floor(begin + np.cumsum(run, axis=1))
    counts = np.diff(register, axis=1, prepend=0.0).ravel()
    offset = axis.first - days.first
    return np.round(counts[offset : offset + axis.count] * pulse, _DECIMALS)


def pulse_for(pulses: Sequence[float], largest: float) -> float:
    """Return the coarsest of *pulses* that resolves about 40 parts of the *largest* step."""
    fitting = [pulse for pulse in sorted(pulses) if pulse * 40 <= largest]
    return fitting[-1] if fitting else min(pulses)
