"""Says when taps run: with the people present, or by the course of a day where they live."""

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.calendar import WORKDAY, day_kind
from mockapi.series.changes import factor
from mockapi.series.demand import demands
from mockapi.series.noise import Floats, ar, draw, key
from mockapi.series.occupancy import occupancy
from mockapi.series.place import SiteFacts

_USUALLY_PRESENT = 0.33
"""The mean of occupancy over a week in most buildings: it makes the course one of mean about 1."""


def tap_course(facts: SiteFacts, seed: int, axis: Axis) -> Floats:
    """Return the draw of taps as a factor around 1, shape (count,)."""
    taps = demands()[facts.building].taps
    moving = np.exp(0.16 * ar(key(seed, "hour"), axis.steps, 0.6) - 0.02)
    day = np.exp(0.14 * ar(key(seed, "day"), axis.days, 0.6)[axis.day_index])
    if not taps:
        present = occupancy(facts, axis) / _USUALLY_PRESENT
        return present * moving * day
    hours = np.arange(25.0)
    course = np.array([*taps, taps[0]])
    late = draw(key(seed, "late"), -0.6, 0.6)
    # People who are at home get up later at weekends.
    late_day = np.where(day_kind(facts, axis) == WORKDAY, late, late + 0.9)
    at = (axis.local_hour - late_day) % 24
    drawn: Floats = np.interp(at, hours, course) / float(course[:-1].mean()) * moving * day
    return drawn * factor(facts, "people", axis)
