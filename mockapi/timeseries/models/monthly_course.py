"""Smooth courses of a year through the means of its months."""

from collections.abc import Sequence

import numpy as np

from mockapi.timeseries.models.noise import Floats, catmull_rom

_MONTH = 365.25 / 12
_LONGEST_YEAR = 366


def course_of_year(months: Sequence[float]) -> Floats:
    """Return a value of each day of a year, shape (366,).

    The course is smooth and periodic, and has the values of *months*, January to December, in the
    middle of each month.
    """
    position: Floats = (np.arange(_LONGEST_YEAR, dtype=np.float64) + 0.5) / _MONTH - 0.5
    around = np.array([*months[-2:], *months, *months[:3]], np.float64)
    return catmull_rom(around, -2, position)
