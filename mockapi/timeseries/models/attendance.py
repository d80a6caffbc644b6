"""Days on which an institution differs from usual: shutdowns, exams, fasting, seasons and weather.

Arrays of days have one value per local date, counted from 1970.
"""

import math
from functools import lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict

from mockapi.domain.buildings import building_types
from mockapi.timeseries.models.calendar import (
    UNIVERSITY,
    kinds,
    rules_at,
    spans,
    within,
)
from mockapi.timeseries.models.calendar_data import calendars
from mockapi.timeseries.models.changes import additional_hours
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Floats, Steps, draw, key, uniform
from mockapi.timeseries.models.opening import (
    COOKED,
    LATE_SHOPPING,
    MEALS,
    SHOPS,
    closed_days,
    fasting,
    hours_beyond_usual,
    meal_hours,
    week_hours,
)
from mockapi.timeseries.models.public_holidays import observance
from mockapi.timeseries.models.weather import daily_weather, extreme_days
from mockapi.timeseries.time_axis import Axis

_SCHOOL = "school"
_EXAM_SHARE, _EXAM_HOURS = 1.1, 1.5
_FAST_EARLIER = 2.0
"""Hours by which offices close earlier in Ramadan; judgement."""

_HOT, _HOT_HOURS = 24.5, -4.0
"""Daily mean in degC from which schools end at noon, and the hours they end earlier."""

_FREEZING, _OVERCAST = -2.0, 1.6
_SNOWED_IN = {_SCHOOL: 0.1, UNIVERSITY: 0.4}
"""Share of the people who come on a day of heavy snow; judgement."""

CLOSED = 0.03
"""Share of the people who are at a shop, restaurant or hall on a day on which it is closed;
judgement."""

_KITCHENS_START = 7.0
"""Usual hour at which the systems of restaurants start."""

_MEALS_LONGER = 2.5
"""Hours by which restaurants close later in Ramadan; judgement."""

_YEAR = 365.2425
_WINTER_SUN, _MOUNTAIN = 28.0, 900.0
"""Latitude up to which the cool season is the high one; elevation of winter sports."""

_AFTERNOON, _EARLIER = 0.5, 5.0
"""Share of the events of weekends that are in the afternoon, and the hours they are earlier than
those of evenings; judgement."""

_EVENT_HOURS = 2.6
"""Half the duration of an event with its arrivals and departures; judgement."""


class Institution(BaseModel):
    """How a building type reacts to the calendar of its country.

    *shutdown* is the part of a shutdown that it takes part in, *season* the greatest share by which
    people are fewer out of season, *events* the usual events per week.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    shutdown: float = 0.0
    season: float = 0.0
    events: float = 0.0


def attendance(profile: SiteProfile, of: Institution, days: Steps) -> Floats:
    """Return the share of the usual people that come on each of *days*, without vacations."""
    share = np.ones(len(days))
    for first, end, part in lasting_closures(profile, of, int(days[0]), int(days[-1]) + 1):
        begin, stop = days.searchsorted((first, end))
        share[begin:stop] = part
    if profile.building == UNIVERSITY:
        share[within(rules_at(calendars().exams, profile), days)] = _EXAM_SHARE
    share[closed_days(profile, days)] = CLOSED
    if profile.building in _SNOWED_IN and extreme_days(profile)[0] < _FREEZING:
        mean, veil = daily_weather(profile, days)
        share[(mean < _FREEZING) & (veil > _OVERCAST)] = _SNOWED_IN[profile.building]
    return share


def shutdown_rules(profile: SiteProfile) -> dict[str, float]:
    """Return the rules of shutdowns in the country of a site, with the share who work."""
    found = calendars().shutdowns
    return dict(found.get(profile.country, found["default"]))


def hours_moved(profile: SiteProfile, of: Institution, days: Steps) -> tuple[Floats, Floats]:
    """Return by how many hours the site opens later, and closes later, on each of *days*."""
    later, longer = week_hours(profile, days)
    longer = longer + additional_hours(profile, days)
    fast = fasting(profile, days)
    group = observance(profile).group
    if group == MEALS:
        later = np.where(fast, meal_hours(profile, days) - COOKED - _KITCHENS_START, later)
        longer[fast] += _MEALS_LONGER
    elif group == SHOPS:
        closes = building_types()[profile.building].open[1] + hours_beyond_usual(profile)
        longer[fast] += LATE_SHOPPING - closes
    elif of.shutdown or profile.building in (_SCHOOL, UNIVERSITY):
        longer[fast] -= _FAST_EARLIER
    if profile.building == UNIVERSITY:
        longer[within(rules_at(calendars().exams, profile), days)] += _EXAM_HOURS
    if (
        profile.building == _SCHOOL
        and profile.country in calendars().heat_days
        and extreme_days(profile)[1] > _HOT
    ):
        longer[daily_weather(profile, days)[0] > _HOT] += _HOT_HOURS
    return later, longer


def season_share(profile: SiteProfile, of: Institution, days: Steps) -> Floats:
    """Return the share of the guests of the high season, from 1 - season to 1.

    assumption: hotels are fullest in summer, near the tropics in the cool season, and in the
    mountains in winter.
    """
    if not of.season:
        return np.ones(len(days))
    depth = of.season * draw(_key(profile, "season"), 0.3, 1.0)
    cool = abs(profile.latitude) < _WINTER_SUN or profile.elevation > _MOUNTAIN
    peak = (20.0 if cool else 205.0) + (_YEAR / 2 if profile.south else 0.0)
    wave = np.cos((days % _YEAR - peak) * (2 * math.pi / _YEAR))
    share: Floats = 1 - depth * (0.5 - 0.5 * wave)
    return share


def events(profile: SiteProfile, of: Institution, days: Steps) -> Floats:
    """Return the size of the event of each of *days* as a share of a full house; 0 for most."""
    if not of.events or occupancy_ratio(profile) == 0:
        return np.zeros(len(days))
    weekend = kinds(profile, days) > 0
    rate = of.events / 7 * draw(_key(profile, "events"), 0.2, 1.8)
    drawn, size = (uniform(_key(profile, name), days) for name in ("event", "event size"))
    happens = drawn < np.minimum(rate * np.where(weekend, 2.0, 0.7), 0.9)
    happens &= ~closed_days(profile, days)
    return np.where(happens, 0.35 + 0.65 * size, 0.0)


def event_visitors(profile: SiteProfile, of: Institution, axis: Axis) -> Floats:
    """Return the visitors of events in each step as a share of a full house, shape (count,)."""
    size, middle = events(profile, of, axis.days), event_hours(profile, axis.days)
    since = (axis.local_hour - middle[axis.day_index]) / _EVENT_HOURS
    visitors: Floats = size[axis.day_index] * np.maximum(0.0, 1 - since * since)
    return visitors


def event_hours(profile: SiteProfile, days: Steps) -> Floats:
    """Return the local hour in the middle of the event of each of *days*.

    assumption: events are in the evening, and half of those of weekends in the afternoon.
    """
    evening = draw(_key(profile, "event hour"), 18.5, 21.0)
    drawn = uniform(_key(profile, "event hours"), days)
    afternoon = (kinds(profile, days) > 0) & (drawn < _AFTERNOON)
    hours: Floats = evening + drawn - 0.5 - np.where(afternoon, _EARLIER, 0.0)
    return hours


def lasting_closures(
    profile: SiteProfile, of: Institution, first: int, end: int
) -> list[tuple[int, int, float]]:
    """Return the shutdowns between two days: first day, day after the last, share of people."""
    if not of.shutdown:
        return []
    return [
        (begin, stop, 1 - of.shutdown * (1 - part))
        for rule, part in shutdown_rules(profile).items()
        for begin, stop in spans((rule,), first, end)
    ]


@lru_cache(maxsize=2_048)
def _key(profile: SiteProfile, name: str) -> int:
    return key(profile.seed, profile.site_id, "attendance", name)


_STAY = 7.0
"""Hours per working day that an occupant is in the building; judgement."""

_LEAST, _MOST = 0.4, 2.5


@lru_cache(maxsize=512)
def occupancy_ratio(profile: SiteProfile) -> float:
    """Return the hours that people spend at a site, as a multiple of the usual ones.

    assumption: water, waste and air follow the occupants and visitors that a site states, from 0.4
    to 2.5 times what is usual for its type and area.

    A site with 0 of both is empty: 0.
    """
    building = building_types()[profile.building]
    spent = profile.occupants * _STAY + profile.visitors_per_day * building.visit_hours
    if not spent:
        return 0.0
    usual = building.occupants * _STAY + building.visitors * building.visit_hours
    return min(_MOST, max(_LEAST, spent / (usual * profile.area / 100)))
