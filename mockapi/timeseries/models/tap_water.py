"""Tap water by the people of a site, and its kitchen, which shares gas and water."""

import numpy as np

from mockapi.timeseries.models.calendar import WORKDAY, day_kind
from mockapi.timeseries.models.changes import change_factor
from mockapi.timeseries.models.inputs import SiteProfile, demands
from mockapi.timeseries.models.noise import Floats, ar, draw, key
from mockapi.timeseries.models.occupancy import occupancy, people_share
from mockapi.timeseries.time_axis import Axis


def kitchen_activity(profile: SiteProfile, axis: Axis) -> Floats:
    """Return how busy the kitchen is, around 1; gas and water of a site share it."""
    named = (profile.seed, profile.site_id, "kitchen")
    within = ar(key(*named, "within"), axis.steps, 0.6**0.25)
    days = ar(key(*named, "day"), axis.days, 0.6)[axis.day_index]
    return np.exp(0.26 * within + 0.2 * days - 0.054)


_KITCHEN_WATER = 0.5
"""Share of the tap water that follows the kitchen of a restaurant; judgement."""

_LARGE_KITCHEN = 100.0
"""kWh/m2 per year of a kitchen that uses this share of the water; smaller ones use less."""


def kitchen_share(profile: SiteProfile) -> float:
    """Return the share of the tap water that follows the kitchen."""
    process = demands()[profile.building].process[1]
    return _KITCHEN_WATER * min(1.0, process / _LARGE_KITCHEN)


_USUALLY_PRESENT = 0.33
"""Mean occupancy of a week in most buildings, which scales the profile to a mean of about 1."""


def water_use_profile(profile: SiteProfile, seed: int, axis: Axis) -> Floats:
    """Return the water use as a factor around 1, shape (count,)."""
    taps = demands()[profile.building].taps
    moving = np.exp(0.16 * ar(key(seed, "hour"), axis.steps, 0.6) - 0.02)
    day = np.exp(0.14 * ar(key(seed, "day"), axis.days, 0.6)[axis.day_index])
    kitchen = kitchen_share(profile)
    if kitchen:
        moving *= 1 + kitchen * (kitchen_activity(profile, axis) - 1)
    if not taps:
        present = occupancy(profile, axis) / _USUALLY_PRESENT
        return present * moving * day
    hours = np.arange(25.0)
    course = np.array([*taps, taps[0]])
    late = draw(key(seed, "late"), -0.6, 0.6)
    # People at home get up later at weekends.
    late_day = np.where(day_kind(profile, axis) == WORKDAY, late, late + 0.9)
    at = (axis.local_hour - late_day) % 24
    drawn: Floats = np.interp(at, hours, course) / float(course[:-1].mean()) * moving * day
    drawn *= people_share(profile, axis.days)[axis.day_index]
    return drawn * change_factor(profile, "people", axis)
