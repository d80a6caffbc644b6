"""Occupancy of a building: by type, site, and chance per day."""

import math
from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from mockapi.domain.buildings import model_parameters
from mockapi.timeseries.block_cache import cached_days, cached_with_margin
from mockapi.timeseries.models.attendance import (
    Institution,
    attendance,
    event_hours,
    events,
    hours_beyond_usual,
    hours_moved,
    season_share,
)
from mockapi.timeseries.models.calendar import (
    HALF_DAY,
    REST_DAY,
    WORKDAY,
    day_kind,
    kinds,
    vacation,
)
from mockapi.timeseries.models.changes import additional_hours, change_factor
from mockapi.timeseries.models.inputs import SiteProfile, demands
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.noise import (
    Floats,
    Steps,
    ar,
    draw,
    draw_normal,
    key,
    keys,
    normal,
    smooth_step,
)
from mockapi.timeseries.time_axis import Axis

_BUSY_REST_DAY = 0.5
"""If a day of rest is busier than this, sites differ little in their weekends."""

_LUNCH_AT, _LUNCH_WIDTH = 12.5, 0.8
_EVENT_HOURS = 2.6
"""Half the duration of an event with its arrivals and departures; judgement."""

_HOURS_OF_MEALS = 12.0
"""Hours per day in which a restaurant has guests; judgement."""


class Pattern(BaseModel):
    """The usual days of a building type; hours are local, shares are of the usual maximum."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    floor: float
    open: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)
    bumps: tuple[tuple[float, float, float], ...] = ()
    lunch: float = 0.0
    half: float
    rest: float
    late: float
    vacation: float = 1.0
    institution: Institution = Institution()


@cache
def patterns() -> Mapping[str, Pattern]:
    """Return the patterns by building type, read once."""
    return TypeAdapter(dict[str, Pattern]).validate_python(model_parameters("occupancy"))


def occupancy(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the occupancy of the site in each step, shape (count,).

    0 is empty and 1 the usual maximum; changes of the number of people can increase it beyond 1.
    """
    return usual_occupancy(profile, axis) * change_factor(profile, "people", axis)


def usual_occupancy(profile: SiteProfile, axis: Axis) -> Floats:
    """Return the occupancy without changes of the number of people, from 0 to 1.

    Systems follow it, because they run by schedule.
    """
    return _occupancy(profile, axis.first, axis.count)


@cached_with_margin
def _occupancy(profile: SiteProfile, first: int, count: int) -> Floats:
    axis = Axis.of(profile.timezone, first, count)
    pattern = patterns()[profile.building]
    share, late, early, season, event, middle = _daily(profile, int(axis.days[0]), len(axis.days))
    index = axis.day_index
    shift, stretch = style(profile)
    hour = axis.local_hour - shift - late[index]
    present = _present(pattern, hour, stretch - early[index], _slack(profile))
    full = pattern.floor + present * share[index]
    if pattern.institution.season:
        full *= season[index]
    if pattern.institution.events:
        since = np.abs(axis.local_hour - middle[index]) / _EVENT_HOURS
        full += event[index] * np.maximum(0.0, 1 - since * since)
    shown: Floats = np.minimum(full, 1.0)
    return shown


def people_in_vacation(profile: SiteProfile) -> float:
    """Return the share of the usual people who are at a site in vacations.

    Who leaves lowers every meter, so the fewer of two count: the people of the building type, and
    those whose absence lowers the electric load.
    """
    parameters = load_parameters(profile)
    left = math.exp(-parameters["away"]) * (1 - parameters["vacation"])
    return min(patterns()[profile.building].vacation, left)


def people_share(profile: SiteProfile, days: Steps) -> Floats:
    """Return the share of the usual people who are at a site on each of *days*.

    Vacations, closures and seasons lower it; weekends do not. *days* are consecutive local dates.
    """
    institution = patterns()[profile.building].institution
    return _present_share(profile, days) * season_share(profile, institution, days)


def _present_share(profile: SiteProfile, days: Steps) -> Floats:
    in_vacation = np.where(vacation(profile, days), people_in_vacation(profile), 1.0)
    present: Floats = in_vacation * attendance(
        profile, patterns()[profile.building].institution, days
    )
    return present


def daily_people(profile: SiteProfile, days: Steps) -> Floats:
    """Return the people of each of *days*, consecutive local dates, relative to a usual week."""
    pattern = patterns()[profile.building]
    share = _shares(profile, pattern, days)
    season = season_share(profile, pattern.institution, days)
    event = events(profile, pattern.institution, days)
    most = 1 - pattern.floor
    week = pattern.floor + most * (5 + pattern.half + pattern.rest) / 7
    people: Floats = (pattern.floor + most * (share + 0.3 * event)) * season / week
    return people


def mean_presence(profile: SiteProfile) -> float:
    """Return the mean presence of a week of usual hours: 0 is the minimum, 1 the maximum."""
    pattern = patterns()[profile.building]
    usual = style(profile)[1] - hours_beyond_usual(profile)
    day = _present(pattern, np.arange(96) / 4, usual, _slack(profile))
    shares = np.array([[1.0], [pattern.half], [pattern.rest]])
    present = np.minimum(day * shares / (1 - pattern.floor), 1.0).mean(axis=1)
    return float(present @ (5 / 7, 1 / 7, 1 / 7))


def _present(pattern: Pattern, hour: Floats, stretch: Floats | float, slack: float) -> Floats:
    """Return the presence at each *hour* in addition to the minimum."""
    present = _open(pattern, hour, stretch, slack)
    for at, width, height in pattern.bumps:
        away = np.abs(hour - at) % 24.0
        away = np.minimum(away, 24.0 - away) / width
        present += height * np.maximum(0.0, 1 - away * away * 0.25) ** 4
    return present


@lru_cache(maxsize=512)
def style(profile: SiteProfile) -> tuple[float, float]:
    """Return by how many hours the site's day is shifted and longer than usual."""
    named = (profile.seed, profile.site_id, "occupancy")
    stretch = hours_beyond_usual(profile) + draw(key(*named, "stretch"), -1.0, 1.2)
    return draw(key(*named, "shift"), -0.9, 0.9), stretch


def _slack(profile: SiteProfile) -> float:
    """Return how much slower than usual the site fills and empties, as a factor."""
    return draw(key(profile.seed, profile.site_id, "occupancy", "slack"), 0.6, 1.8)


def _open(pattern: Pattern, hour: Floats, stretch: Floats | float, slack: float) -> Floats:
    begin, end, ramp, height = pattern.open
    if not height:
        return np.zeros(len(hour))
    inside = smooth_step((hour - begin) / (ramp * slack)) * smooth_step(
        (end + stretch - hour) / (ramp * slack)
    )
    noon = (hour - _LUNCH_AT) / _LUNCH_WIDTH
    eating = pattern.lunch * np.maximum(0.0, 1 - noon * noon)
    opened: Floats = height * inside * (1 - eating)
    return opened


@cached_days
def _daily(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return the result of `_days` for consecutive days, seasons and events, shape (6, count)."""
    days = np.arange(first, first + count, dtype=np.int64)
    pattern = patterns()[profile.building]
    seasons = season_share(profile, pattern.institution, days)
    happening = events(profile, pattern.institution, days)
    middle = event_hours(profile, pattern.institution, days)
    stacked: Floats = np.stack((*_days(profile, pattern, days), seasons, happening, middle))
    return stacked


def _days(profile: SiteProfile, pattern: Pattern, days: Steps) -> tuple[Floats, Floats, Floats]:
    """Return for each local day its share of a full day, and hours later and shorter."""
    named = (profile.seed, profile.site_id, "occupancy")
    kind = kinds(profile, days)
    late, early = normal(keys(key(*named, "late"), key(*named, "early")), days)
    late = 0.25 * late + np.where(kind == 0, 0.0, pattern.late)
    early = 0.3 * early + np.where(kind >= HALF_DAY, 1.0, 0.0)
    early += np.where(kind == REST_DAY, 0.4, 0.0)
    opens, closes = hours_moved(profile, pattern.institution, days)
    shares = _shares(profile, pattern, days)
    if not pattern.open[-1]:
        # Guests come for meals, so longer hours bring more of them.
        longer = hours_beyond_usual(profile) + additional_hours(profile, days)
        shares = shares * (1 + longer / _HOURS_OF_MEALS)
    return shares, late + opens, early + opens - closes


def _shares(profile: SiteProfile, pattern: Pattern, days: Steps) -> Floats:
    """Return for each local day its share of a full day."""
    named = (profile.seed, profile.site_id, "occupancy")
    kind = kinds(profile, days)
    weekend = np.where(kind == HALF_DAY, pattern.half, pattern.rest)
    quiet = 0.6 if pattern.rest < _BUSY_REST_DAY else 0.1
    weekend = np.minimum(weekend * math.exp(quiet * draw_normal(key(*named, "weekend"))), 1.2)
    share = np.where(kind == 0, 1.0, weekend)
    share = share * _present_share(profile, days)
    crowd = 0.05 * ar(key(*named, "crowd"), days, 0.7) + 0.015 * normal(key(*named, "day"), days)
    shares: Floats = share * np.maximum(0.4, 0.95 + crowd)
    return shares


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
