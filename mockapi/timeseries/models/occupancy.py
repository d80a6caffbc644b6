"""Occupancy of a building: by type, site, and chance per day."""

import math
from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from mockapi.domain.buildings import model_parameters
from mockapi.timeseries.block_cache import cached_days, cached_with_margin
from mockapi.timeseries.models.attendance import (
    CLOSED,
    Institution,
    attendance,
    event_visitors,
    events,
    hours_moved,
    season_share,
)
from mockapi.timeseries.models.calendar import (
    HALF_DAY,
    REST_DAY,
    days_into_week,
    kinds,
    vacation,
    weekend,
)
from mockapi.timeseries.models.changes import additional_hours, change_factor
from mockapi.timeseries.models.inputs import SiteProfile
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
from mockapi.timeseries.models.opening import (
    closed_until,
    fasting_presence,
    has_guests,
    hours_beyond_usual,
    meal_hours,
    open_share,
    usual_week,
    week_hours,
)
from mockapi.timeseries.time_axis import Axis

_BUSY_REST_DAY = 0.5
"""If a day of rest is busier than this, sites differ little in their weekends."""

_BUSIEST = 1.2
"""Maximum share of a day of the weekend, if the usual one is not higher; judgement."""

_EVENING = 16.0
"""Hour from which guests are those of the evening."""

_DINNERS = 0.55
"""Share of the guests of a restaurant who come in the evening; judgement."""

_LUNCH_AT, _LUNCH_WIDTH = 12.5, 0.8
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
    evenings: tuple[float, ...] = ()
    within: bool = False
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
    share, late, early, season, evening, opens, dusk = _daily(
        profile, int(axis.days[0]), len(axis.days)
    )
    index = axis.day_index
    shift, stretch = style(profile)
    hour = axis.local_hour - shift - late[index]
    present = _present(pattern, hour, stretch - early[index], _slack(profile))
    if pattern.evenings:
        present *= 1 + (evening[index] - 1) * smooth_step(hour - _EVENING)
    if (opens > 0).any():
        present *= smooth_step((axis.local_hour - opens[index]) / 0.5)
    if dusk.any():
        fast = fasting_presence(profile, axis.local_hour, dusk[index])
        present = np.where(dusk[index] > 0, fast, present)
    full = pattern.floor + present * share[index]
    if pattern.institution.season:
        full *= season[index]
    if pattern.institution.events:
        full += event_visitors(profile, pattern.institution, axis)
    shown: Floats = np.minimum(full, 1.0)
    return shown


def people_in_vacation(profile: SiteProfile) -> float:
    """Return the share of the usual people at a site in vacations, at most that of the load."""
    parameters = load_parameters(profile)
    left, follows = math.exp(-parameters["away"]), 1 - parameters["night"]
    stopped = follows * (parameters["keep"] + (1 - parameters["keep"]) * parameters["vacation"])
    # The load depends on the people in turn (`causes`), so this is where both shares are equal.
    load = left * (1 - stopped) / (1 - left * follows * parameters["keep"])
    return min(patterns()[profile.building].vacation, left * (1 - parameters["vacation"]), load)


def people_share(profile: SiteProfile, days: Steps) -> Floats:
    """Return the share of the usual people who are at a site on each of *days*.

    Vacations, closures and seasons lower it; weekends do not. *days* are consecutive local dates.
    """
    institution = patterns()[profile.building].institution
    return _present_share(profile, days) * season_share(profile, institution, days)


def _present_share(profile: SiteProfile, days: Steps) -> Floats:
    present = attendance(profile, patterns()[profile.building].institution, days)
    return np.where(vacation(profile, days), people_in_vacation(profile), 1.0) * present


def daily_people(profile: SiteProfile, days: Steps) -> Floats:
    """Return the people of each of *days*, consecutive local dates, relative to a usual week."""
    pattern = patterns()[profile.building]
    share = _shares(profile, pattern, days)
    season = season_share(profile, pattern.institution, days)
    event = events(profile, pattern.institution, days)
    share = share * (1 - _DINNERS + _DINNERS * _evenings(profile, pattern, days))
    share *= open_share(profile, *week_hours(profile, days))
    most = 1 - pattern.floor
    usual = usual_week(profile)
    shares = _week(profile, pattern) * open_share(profile, usual.later, usual.longer)
    week = pattern.floor + most * float(shares.mean())
    people: Floats = (pattern.floor + most * (share + 0.3 * event)) * season / week
    return people


def mean_presence(profile: SiteProfile) -> float:
    """Return the mean presence of a week of usual hours: 0 is the minimum, 1 the maximum."""
    pattern = patterns()[profile.building]
    usual = style(profile)[1] - hours_beyond_usual(profile)
    hours, week = np.arange(96) / 4, usual_week(profile)
    later, longer = week.later[:, None], week.longer[:, None]
    days = _present(pattern, hours - later, usual + longer - later, _slack(profile))
    days *= _week(profile, pattern)[:, None]
    return float(np.minimum(days / (1 - pattern.floor), 1.0).mean())


def _week(profile: SiteProfile, pattern: Pattern) -> Floats:
    """Return the share of a full day by weekday of a usual week, 0 is Monday, shape (7,)."""
    first, second = weekend(profile.country)
    shares = np.ones(7)
    shares[first], shares[second] = pattern.half, pattern.rest
    if pattern.evenings:
        shares *= 1 - _DINNERS + _DINNERS * np.roll(pattern.evenings, first)
    shares[usual_week(profile).closed] = CLOSED
    return shares


def _present(pattern: Pattern, hour: Floats, stretch: Floats | float, slack: float) -> Floats:
    """Return the presence at each *hour* in addition to the minimum."""
    opened = _open(pattern, hour, stretch, slack)
    more = np.zeros(hour.shape)
    for at, width, height in pattern.bumps:
        away = np.abs(hour - at) % 24.0
        away = np.minimum(away, 24.0 - away) / width
        more += height * np.maximum(0.0, 1 - away * away * 0.25) ** 4
    return opened + (more * opened / pattern.open[-1] if pattern.within else more)


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
        return np.zeros(hour.shape)
    inside = smooth_step((hour - begin) / (ramp * slack)) * smooth_step(
        (end + stretch - hour) / (ramp * slack)
    )
    noon = (hour - _LUNCH_AT) / _LUNCH_WIDTH
    eating = pattern.lunch * np.maximum(0.0, 1 - noon * noon)
    opened: Floats = height * inside * (1 - eating)
    return opened


@cached_days
def _daily(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return values of consecutive days, shape (7, count).

    Those of `_days`; seasons; the factor of the evening, the hour until which a restaurant is
    closed, and the hour of sunset where guests fast, 0 on other days.
    """
    days = np.arange(first, first + count, dtype=np.int64)
    pattern = patterns()[profile.building]
    seasons = season_share(profile, pattern.institution, days)
    weekly = _evenings(profile, pattern, days), closed_until(profile, days)
    dusk = meal_hours(profile, days)
    stacked: Floats = np.stack((*_days(profile, pattern, days), seasons, *weekly, dusk))
    return stacked


def _evenings(profile: SiteProfile, pattern: Pattern, days: Steps) -> Floats:
    """Return the factor of the guests in the evening of each of *days*."""
    if not pattern.evenings:
        return np.ones(len(days))
    return np.array(pattern.evenings)[days_into_week(profile, days)]


def _days(profile: SiteProfile, pattern: Pattern, days: Steps) -> tuple[Floats, Floats, Floats]:
    """Return for each local day its share of a full day, and hours later and shorter."""
    named = (profile.seed, profile.site_id, "occupancy")
    kind = kinds(profile, days)
    late, early = normal(keys(key(*named, "late"), key(*named, "early")), days)
    late = 0.25 * late + np.where(kind == 0, 0.0, pattern.late)
    early = 0.3 * early
    if not has_guests(profile):
        early += np.where(kind >= HALF_DAY, 1.0, 0.0) + np.where(kind == REST_DAY, 0.4, 0.0)
    opens, closes = hours_moved(profile, pattern.institution, days)
    shares = _shares(profile, pattern, days)
    if not pattern.open[-1]:
        # Guests come for meals, so longer hours bring more of them.
        longer = hours_beyond_usual(profile) + additional_hours(profile, days)
        shares = shares * (1 + longer / _HOURS_OF_MEALS)
        opens, closes = np.zeros(len(days)), np.zeros(len(days))
    return shares, late + opens, early + opens - closes


def _shares(profile: SiteProfile, pattern: Pattern, days: Steps) -> Floats:
    """Return for each local day its share of a full day."""
    named = (profile.seed, profile.site_id, "occupancy")
    kind = kinds(profile, days)
    free = np.where(kind == HALF_DAY, pattern.half, pattern.rest)
    quiet = 0.6 if pattern.rest < _BUSY_REST_DAY else 0.1
    free = free * math.exp(quiet * draw_normal(key(*named, "weekend")))
    free = np.minimum(free, max(_BUSIEST, pattern.half))
    share = np.where(kind == 0, 1.0, free) * _present_share(profile, days)
    crowd = 0.05 * ar(key(*named, "crowd"), days, 0.7) + 0.015 * normal(key(*named, "day"), days)
    shares: Floats = share * np.maximum(0.4, 0.95 + crowd)
    return shares
