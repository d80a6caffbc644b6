"""Works out how a site is changed in each step, by what happened to it until then.

Nothing looks ahead: before a change begins, all is as if it never came.
"""

import numpy as np

from mockapi.series.axis import Axis, offset_at
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.place import Changing, SiteFacts
from mockapi.series.steps import STEP, STEPS_AN_HOUR

_RISE = 12 * STEPS_AN_HOUR
"""Steps in which warm air comes, and goes; judgement."""

_A_DAY = 86_400


def factor(facts: SiteFacts, what: Changing, axis: Axis) -> Floats | float:
    """Return what *what* is multiplied by in each step, shape (count,); 1 if nothing changes."""
    changed: Floats | float = 1.0
    for each in facts.changes:
        if each.what == what and _touches(each.first, each.end, axis):
            changed = changed * np.where(_within(axis.steps, each.first, each.end), each.amount, 1)
    return changed


def factor_of_days(facts: SiteFacts, what: Changing, days: Steps) -> Floats | float:
    """Return what *what* is multiplied by on each of *days*, local dates since 1970.

    A day is changed when the change was there as it began.
    """
    changed: Floats | float = 1.0
    for each in facts.changes:
        if each.what == what:
            first = _day(facts.timezone, each.first)
            end = None if each.end is None else _day(facts.timezone, each.end)
            changed = changed * np.where(_within(days, first, end), each.amount, 1.0)
    return changed


def warmth(facts: SiteFacts, axis: Axis) -> Floats | float:
    """Return how much warmer it is than it would have been, in K, shape (count,); 0 if nothing."""
    warmer: Floats | float = 0.0
    for each in facts.changes:
        if each.what == "warmth" and each.end and _touches(each.first, each.end, axis):
            rise = min(_RISE, (each.end - each.first) / 4)
            inner = np.minimum(axis.steps - each.first, each.end - axis.steps)
            warmer = warmer + each.amount * np.clip(inner / rise, 0.0, 1.0)
    return warmer


def _touches(first: int, end: int | None, axis: Axis) -> bool:
    return first < axis.first + axis.count and (end is None or axis.first < end)


def _within(numbers: Steps, first: int, end: int | None) -> Bools:
    within: Bools = numbers >= first
    return within if end is None else within & (numbers < end)


def _day(timezone: str, step: int) -> int:
    """Return the first local day that begins with *step*, or after it."""
    return -(-(step * STEP + offset_at(timezone, step)) // _A_DAY)
