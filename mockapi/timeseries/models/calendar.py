"""Weekends, days of rest and school vacations of a site."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from mockapi.timeseries.models.calendar_data import Rules, calendars
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Bools, Steps
from mockapi.timeseries.models.public_holidays import (
    Observance,
    days_of_rest,
    named_holidays,
    observance,
)
from mockapi.timeseries.time_axis import Axis, weekdays

WORKDAY, HALF_DAY, REST_DAY = 0, 1, 2
"""Kinds of days: working day, first day of the weekend, second day or holiday."""

_LONGEST = 130
"""Upper limit of the length of a school vacation in days."""

UNIVERSITY = "university"
_TROPIC = 15.0
_EPOCH = date(1970, 1, 1).toordinal()
_RULE = re.compile(r"(?:(\d\d)-(\d\d)|([a-z_]+)([+-]\d+)?)")
_FEASTS = {
    "easter": ("GB", "Good Friday", 2),
    "lunar_new_year": ("SG", "Chinese New Year", 0),
    "eid_al_fitr": ("SA", "Eid al-Fitr", 0),
    "diwali": ("IN", "Diwali", 0),
}
"""Country and name of the public holiday that begins a movable feast, and the days between them."""

Span = tuple[int, int]
"""The first day since 1970, and the day after the last."""


def day_kind(profile: SiteProfile, axis: Axis) -> Steps:
    """Return the kind of each step's local day, shape (count,)."""
    return kinds(profile, axis.days)[axis.day_index]


def kinds(profile: SiteProfile, days: Steps) -> Steps:
    """Return the kind of each of *days* since 1970.

    A public holiday is a day of rest, but a working day for a site that stays open as usual.
    """
    begin = int(days.min())
    return _kinds(observance(profile), begin, int(days.max()) - begin + 1)[days - begin]


@lru_cache(maxsize=512)
def _kinds(seen: Observance, begin: int, count: int) -> Steps:
    days = np.arange(begin, begin + count, dtype=np.int64)
    first, second = weekend(seen.country)
    weekday = weekdays(days)
    kind = np.where(weekday == first, HALF_DAY, WORKDAY)
    kind = np.where(weekday == second, REST_DAY, kind)
    kind = np.where(days_of_rest(seen, days), REST_DAY, kind).astype(np.int64)
    kind.flags.writeable = False
    return kind


def weekend(country: str) -> tuple[int, int]:
    """Return the weekdays of the weekend of *country*, 0 is Monday; the second one is quieter."""
    listed = calendars().weekend
    return listed.get(country, listed["default"])


def days_into_week(profile: SiteProfile, days: Steps) -> Steps:
    """Return how many days each of *days* is after the first day of the weekend, from 0 to 6.

    Public holidays are as the second day of the weekend.
    """
    into = (weekdays(days) - weekend(profile.country)[0]) % 7
    return np.where(kinds(profile, days) == REST_DAY, 1, into)


def vacation(profile: SiteProfile, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether the site's school or university has a vacation.

    Other sites follow the schools of their place.
    """
    return within(vacation_rules(profile), days)


def vacation_rules(profile: SiteProfile) -> Rules:
    """Return the rules of the vacations that a site has."""
    if profile.building == UNIVERSITY:
        return rules_at(calendars().university, profile)
    seen = observance(profile)
    of_state = calendars().vacations_of_states.get(f"{seen.country}-{seen.state}")
    return of_state or rules_at(calendars().vacations, profile)


def rules_at(calendar: Mapping[str, Rules], profile: SiteProfile) -> Rules:
    """Return the rules of *calendar* in the country of a site, or those of its zone."""
    zone = "south" if profile.south else "north"
    if abs(profile.latitude) < _TROPIC:
        zone = "tropics"
    return calendar.get(profile.country, calendar[zone])


def within(rules: Rules, days: Steps) -> Bools:
    """Return for each of *days*, ascending and since 1970, whether one of *rules* includes it."""
    inside = np.zeros(len(days), np.bool_)
    for first, end in spans(rules, int(days[0]), int(days[-1]) + 1):
        begin, stop = days.searchsorted((first, end))
        inside[begin:stop] = True
    return inside


def spans(rules: Rules, first: int, end: int) -> Sequence[Span]:
    """Return the spans of *rules* that overlap the days from *first* to below *end*, in order."""
    found = _spans_of_years(rules, _year(first) - 1, _year(end))
    return [(begin, stop) for begin, stop in found if begin < end and first < stop]


def _year(day: int) -> int:
    return date.fromordinal(day + _EPOCH).year


@lru_cache(maxsize=4_096)
def _spans_of_years(rules: Rules, first: int, last: int) -> Sequence[Span]:
    years = range(first, last + 1)
    return sorted({each for year in years for each in _spans(rules, year)})


@lru_cache(maxsize=4_096)
def _spans(rules: Rules, year: int) -> Sequence[Span]:
    """Return the spans of *rules* that begin in *year*, or at a feast of that year."""
    found = []
    for rule in rules:
        first, last = rule.split("/")
        for begin in _days_of(first, year):
            ends = [*_days_of(last, year), *_days_of(last, year + 1)]
            later = [end for end in ends if begin <= end < begin + _LONGEST]
            if later:
                found.append((begin, min(later) + 1))
    return found


def _days_of(text: str, year: int) -> Sequence[int]:
    """Return the days since 1970 of one end of a rule in *year*; a feast can be missing or twice.

    Raise `ValueError` for another text.
    """
    matched = _RULE.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text!r} is not a month and day or a feast with a number of days.")
    month, day, feast, away = matched.groups()
    if month:
        return [int(np.datetime64(f"{year:04}-{month}-{day}", "D").astype(int))]
    return [each + int(away or 0) for each in _feasts(feast, year)]


@lru_cache(maxsize=1_024)
def _feasts(feast: str, year: int) -> Sequence[int]:
    """Return the first days of a movable feast in *year*, in days since 1970."""
    country, name, after = _FEASTS[feast]
    named = named_holidays(country, "", year)
    days = sorted(day for day, each in named.items() if name in each)
    # Some feasts have several days.
    return [day + after for day in days if day - 1 not in days and day - 2 not in days]
