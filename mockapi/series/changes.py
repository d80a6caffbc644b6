"""Works out how a site is changed in each step, by what is stated and by causes that are drawn.

Nothing looks ahead: before a change begins, all is as if it never came.
"""

from collections.abc import Iterator

import numpy as np

from mockapi.series.axis import Axis, offset_at
from mockapi.series.causes import causes
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.place import Change, Changing, SiteFacts
from mockapi.series.steps import STEP, STEPS_A_DAY, STEPS_AN_HOUR

_RISE = 12 * STEPS_AN_HOUR
"""Steps in which warm air comes, and goes; judgement."""

_A_DAY = 86_400


def factor(facts: SiteFacts, what: Changing, axis: Axis) -> Floats | float:
    """Return what *what* is multiplied by in each step, shape (count,); 1 if nothing changes."""
    changed: Floats | float = 1.0
    for each in _touching(facts, what, axis.first, axis.first + axis.count):
        changed = changed * np.where(_within(axis.steps, each.first, each.end), each.amount, 1)
    return changed


def factor_of_days(facts: SiteFacts, what: Changing, days: Steps) -> Floats | float:
    """Return what *what* is multiplied by on each of *days*, local dates since 1970.

    A day is changed when the change was there as it began.
    """
    changed: Floats | float = 1.0
    span = (int(days[0]) - 1) * STEPS_A_DAY, (int(days[-1]) + 2) * STEPS_A_DAY
    for each in _touching(facts, what, *span):
        first = _day(facts.timezone, each.first)
        end = None if each.end is None else _day(facts.timezone, each.end)
        changed = changed * np.where(_within(days, first, end), each.amount, 1.0)
    return changed


def warmth(facts: SiteFacts, axis: Axis) -> Floats | float:
    """Return how much warmer it is than it would have been, in K, shape (count,); 0 if nothing."""
    warmer: Floats | float = 0.0
    for each in _touching(facts, "warmth", axis.first, axis.first + axis.count):
        if each.end:
            rise = min(_RISE, (each.end - each.first) / 4)
            inner = np.minimum(axis.steps - each.first, each.end - axis.steps)
            warmer = warmer + each.amount * np.clip(inner / rise, 0.0, 1.0)
    return warmer


def _touching(facts: SiteFacts, what: Changing, first: int, end: int) -> Iterator[Change]:
    """Yield what changes *what* in any step from *first* to below *end*."""
    for each in facts.changes:
        if each.what == what and each.first < end and (each.end is None or first < each.end):
            yield each
    for cause in causes(facts, first, end):
        yield from (each for each in cause.changes if each.what == what)


def _within(numbers: Steps, first: int, end: int | None) -> Bools:
    within: Bools = numbers >= first
    return within if end is None else within & (numbers < end)


def _day(timezone: str, step: int) -> int:
    """Return the first local day that begins with *step*, or after it."""
    return -(-(step * STEP + offset_at(timezone, step)) // _A_DAY)
