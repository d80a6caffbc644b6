"""Weekends, public holidays and school vacations of a country."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Bools, Steps
from mockapi.timeseries.time_axis import Axis, year_days

WORKDAY, HALF_DAY, REST_DAY = 0, 1, 2
"""Kinds of days: working day, first day of the weekend, second day or holiday."""

_TROPIC = 15.0
_LONGEST = 100
"""Upper limit of the length of a school vacation in days."""

_MONDAY = 3


class Calendars(BaseModel):
    """Weekend days by country, and school vacations as spans of days of the year."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    weekend: Mapping[str, tuple[int, int]]
    vacations: Mapping[str, tuple[tuple[int, int], ...]]


@cache
def calendars() -> Calendars:
    """Return the calendars, read once."""
    return Calendars.model_validate(tomllib.loads((DATA / "calendars.toml").read_text("utf-8")))


def day_kind(profile: SiteProfile, axis: Axis) -> Steps:
    """Return the kind of each step's local day, shape (count,)."""
    return kinds(profile.country, axis.days)[axis.day_index]


def kinds(country: str, days: Steps) -> Steps:
    """Return the kind of each of *days* since 1970."""
    begin = int(days.min())
    return _kinds(country, begin, int(days.max()) - begin + 1)[days - begin]


@lru_cache(maxsize=512)
def _kinds(country: str, begin: int, count: int) -> Steps:
    days = np.arange(begin, begin + count, dtype=np.int64)
    first, second = calendars().weekend.get(country, calendars().weekend["default"])
    weekday = (days + _MONDAY) % 7
    kind = np.where(weekday == first, HALF_DAY, WORKDAY)
    kind = np.where(weekday == second, REST_DAY, kind)
    kind = np.where(holiday(country, days), REST_DAY, kind).astype(np.int64)
    kind.flags.writeable = False
    return kind


def holiday(country: str, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether it is a public holiday of *country*."""
    begin = int(days.min())
    return _off(country, begin, int(days.max()) - begin + 1)[days - begin]


@lru_cache(maxsize=512)
def _off(country: str, begin: int, count: int) -> Bools:
    days = np.arange(begin, begin + count, dtype=np.int64)
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    listed = [_holidays(country, year) for year in range(int(years.min()), int(years.max()) + 1)]
    off: Bools = np.isin(days, np.concatenate(listed))
    off.flags.writeable = False
    return off


def vacation(profile: SiteProfile, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether it is in a school vacation."""
    zone = "south" if profile.south else "north"
    if abs(profile.latitude) < _TROPIC:
        zone = "tropics"
    spans = calendars().vacations
    day, off = year_days(days), np.zeros(len(days), np.bool_)
    for first, last in spans.get(profile.country, spans[zone]):
        off |= (day >= first) & (day <= last)
    return off


def vacations(profile: SiteProfile, first: int, end: int) -> Sequence[tuple[int, int]]:
    """Return the school vacations that overlap the days from *first* to below *end*.

    Each is complete: its first day since 1970, and the day after its last.
    """
    days = np.arange(first - _LONGEST, end + _LONGEST, dtype=np.int64)
    off = np.concatenate(([False], vacation(profile, days), [False])).astype(np.int64)
    begins = (np.flatnonzero(np.diff(off) > 0) + days[0]).tolist()
    ends = (np.flatnonzero(np.diff(off) < 0) + days[0]).tolist()
    spans = zip(begins, ends, strict=True)
    return [(begin, stop) for begin, stop in spans if begin < end and first < stop]


@lru_cache(maxsize=4_096)
def _holidays(country: str, year: int) -> Steps:
    """Return the public holidays of a year in days since 1970; none for an unknown country."""
    # Imported lazily: holidays is large, and a site without a country needs none.
    import holidays

    if country not in holidays.list_supported_countries():
        return np.empty(0, np.int64)
    listed = holidays.country_holidays(country, years=year, expand=False)
    return np.array(sorted(map(str, listed)), "datetime64[D]").astype(np.int64)
