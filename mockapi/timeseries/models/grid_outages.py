"""Power failures of the grid, which sites of one place share."""

import numpy as np

from mockapi.timeseries.intervals import STEPS_PER_DAY
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Bools, draw, draw_each, key, keys, occurs
from mockapi.timeseries.time_axis import Axis

_RARE, _FREQUENT = 0.3, 2.5
"""Power failures per year of the best and the worst places; judgement."""

_LONGEST = 24
"""Steps of the longest power failure."""


def has_failed(profile: SiteProfile, axis: Axis) -> Bools:
    """Return whether the grid has failed in each step, shape (count,).

    assumption: the grid of a place fails 0.3 to 2.5 times per year, for a quarter of an hour to six
    hours.
    """
    place = profile.seed, "grid", round(profile.latitude, 1), round(profile.longitude, 1)
    day = axis.steps // STEPS_PER_DAY
    rate = draw(key(*place, "outages"), _RARE, _FREQUENT) / 365
    chosen = occurs(key(*place, "struck"), day, rate)
    if not chosen.any():
        return chosen
    at, length = draw_each(keys(key(*place, "begin"), key(*place, "hours")), day)
    since = axis.steps % STEPS_PER_DAY - np.floor(at * (STEPS_PER_DAY - _LONGEST - 1))
    failed: Bools = chosen & (since >= 0) & (since < 1 + np.floor(_LONGEST * length**3))
    return failed
