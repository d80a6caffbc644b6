"""Weekly closing days and hours of shops, restaurants and halls, and their evenings in Ramadan.

Hours are local, weekdays begin with Monday.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mockapi.domain.buildings import building_types
from mockapi.timeseries.models.calendar import REST_DAY, WORKDAY, kinds, weekend, within
from mockapi.timeseries.models.calendar_data import Rules, calendars
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Bools, Floats, Steps, draw, key, smooth_step
from mockapi.timeseries.models.public_holidays import closed_holidays, observance
from mockapi.timeseries.models.sun import sunset
from mockapi.timeseries.time_axis import offsets_of, weekdays

RAMADAN: Rules = ("eid_al_fitr-29/eid_al_fitr-1",)
SHOPS, MEALS = "shops", "meals"
_GUESTS = frozenset({SHOPS, MEALS})
_FRIDAY = 4
_AFTER_PRAYER, _FRIDAY_NIGHT = 14.0, 23.0
"""Hours at which shops and restaurants open and close on Fridays after prayer; judgement."""

_MONDAYS = 0.75
"""Share of weekly closing days that are the first day after the weekend, and not the second;
judgement."""

_MOST_MOVED = 2.5
_DAY = 86_400

COOKED, LATE_SHOPPING = 4.0, 25.0
"""Hours before sunset at which kitchens start in Ramadan, and the hour when shops close, one hour
after midnight; judgement."""

_BY_DAY = 0.4
"""Visitors of a shop by day in Ramadan, as a share of those after sunset; judgement."""

_AFTER_MEAL = 0.5
"""Share of the guests of the meal at sunset who stay, or come later in the night; judgement."""


class Week(NamedTuple):
    """The usual week of a site by weekday, shape (7,).

    *closed* are its closing days, *later* and *longer* the hours by which it opens and closes later
    than on other days.
    """

    closed: Bools
    later: Floats
    longer: Floats


def hours_beyond_usual(profile: SiteProfile) -> float:
    """Return by how many hours per day a site is open longer than is usual for its type.

    assumption: people and systems follow the weekly operating hours of a site, up to 2.5 hours per
    day from what is usual for its type.
    """
    usual = building_types()[profile.building].weekly_hours
    return min(_MOST_MOVED, max(-_MOST_MOVED, (profile.weekly_hours - usual) / 7))


@lru_cache(maxsize=512)
def usual_week(profile: SiteProfile) -> Week:
    """Return the usual week of a site."""
    data, building = calendars(), profile.building
    second = weekend(profile.country)[1]
    opens, closes = building_types()[building].open
    week = Week(np.zeros(7, np.bool_), np.zeros(7), np.zeros(7))
    hours = data.sundays.get(building, {}).get(profile.country)
    if hours:
        week.later[second] = hours[0] - opens
        week.longer[second] = hours[1] - closes - hours_beyond_usual(profile)
    elif hours is not None:
        week.closed[second] = True
    if has_guests(profile) and profile.country in data.friday_prayer:
        week.later[_FRIDAY] = max(0.0, _AFTER_PRAYER - opens)
        week.longer[_FRIDAY] = max(0.0, _FRIDAY_NIGHT - closes)
    shares = data.closing_day.get(building, {})
    named = (profile.seed, profile.site_id, "attendance")
    if shares and draw(key(*named, "dark")) < shares.get(profile.country, shares["default"]):
        week.closed[(second + 1 + (draw(key(*named, "dark day")) >= _MONDAYS)) % 7] = True
    return week


def has_guests(profile: SiteProfile) -> bool:
    """Return True for shops and restaurants, whose weekend is not one."""
    return observance(profile).group in _GUESTS


def resting(profile: SiteProfile, days: Steps) -> Bools:
    """Return whether the systems of a site rest on each of *days*, as a part of them do."""
    kind = kinds(profile, days)
    rests: Bools = kind == REST_DAY if has_guests(profile) else kind != WORKDAY
    return rests


def closed_days(profile: SiteProfile, days: Steps) -> Bools:
    """Return on which of *days* a shop, restaurant or hall is closed; none for other types."""
    closed: Bools = usual_week(profile).closed[weekdays(days)]
    if has_guests(profile):
        closed |= closed_holidays(profile, days)
    return closed


def week_hours(profile: SiteProfile, days: Steps) -> tuple[Floats, Floats]:
    """Return the hours by which a site opens and closes later on each of *days*, by weekday.

    Public holidays have the hours of the second day of the weekend.
    """
    week, weekday = usual_week(profile), weekdays(days)
    second = weekend(profile.country)[1]
    if has_guests(profile) and not week.closed[second]:
        weekday = np.where(kinds(profile, days) == REST_DAY, second, weekday)
    return week.later[weekday], week.longer[weekday]


def open_share(profile: SiteProfile, later: Floats, longer: Floats) -> Floats:
    """Return the opening hours as a share of the usual ones, where they differ by such hours."""
    opens, closes = building_types()[profile.building].open
    share: Floats = 1 + (longer - later) / (closes - opens)
    return share


def closed_until(profile: SiteProfile, days: Steps) -> Floats:
    """Return the local hour until which a restaurant is closed on each of *days*, or -1.

    Its guests come for meals at usual hours, and not later if it opens later.
    """
    if observance(profile).group != MEALS:
        return np.full(len(days), -1.0)
    later = usual_week(profile).later[weekdays(days)]
    return np.where(later > 0, building_types()[profile.building].open[0] + later, -1.0)


def fasting(profile: SiteProfile, days: Steps) -> Bools:
    """Return which of *days* are in Ramadan, where hours change in it."""
    if profile.country not in calendars().fasting:
        return np.zeros(len(days), np.bool_)
    return within(RAMADAN, days)


def meal_hours(profile: SiteProfile, days: Steps) -> Floats:
    """Return the local hour of sunset on days on which guests fast until then, 0 on others."""
    hours = np.zeros(len(days))
    if has_guests(profile):
        fast = fasting(profile, days)
        hours[fast] = local_sunset(profile, days[fast])
    return hours


def local_sunset(profile: SiteProfile, days: Steps) -> Floats:
    """Return the local hour of sunset on each of *days*."""
    hours = sunset(profile.latitude, profile.longitude, days)
    seconds = (days * _DAY + hours * 3600).astype(np.int64)
    local: Floats = hours + offsets_of(profile.timezone, seconds) / 3600
    return local


def fasting_presence(profile: SiteProfile, hour: Floats, dusk: Floats) -> Floats:
    """Return the share of the most guests at each local *hour* of a day of Ramadan.

    *dusk* is the hour of sunset of the day. Restaurants are empty until then and full after it;
    shops are quiet by day, empty at sunset and full at night. Judgement.
    """
    since = hour - dusk
    if observance(profile).group == MEALS:
        evening = smooth_step((since + 0.25) / 0.75)
        evening *= 1 - (1 - _AFTER_MEAL) * smooth_step((since - 2.0) / 1.5)
        return evening + _AFTER_MEAL * smooth_step((1.5 - hour) / 1.5)
    opens = building_types()[profile.building].open[0] + 1.5
    day = _BY_DAY * smooth_step((hour - opens) / 1.5) * smooth_step((-0.75 - since) / 0.75)
    return day + smooth_step((since - 1.25) / 1.0) + smooth_step((LATE_SHOPPING - 24 - hour) / 1.0)
