"""Public holidays of a country or one of its states, and who closes on them."""

import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from mockapi.timeseries.models.calendar_data import calendars
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.noise import Bools, Steps, draw, key

_GRADES = 10
"""Sites differ in so many grades by how many public holidays they close on."""

_OTHER, _DEFAULT = "other", "default"
_AT_WORK = frozenset({"work", "school"})
"""Groups whose days are working days unless they are closed."""


class Observance(NamedTuple):
    """The public holidays of a site: its country, the state or empty, and on which it closes.

    *group* is the group of building types in calendars.toml, empty for those that never close. The
    lower the *grade*, the more holidays the site closes on.
    """

    country: str
    state: str
    group: str
    grade: int


@lru_cache(maxsize=512)
def observance(profile: SiteProfile) -> Observance:
    """Return the public holidays of a site."""
    return Observance(
        profile.country,
        state_of(profile.country, profile.state),
        calendars().closing.get(profile.building, ""),
        int(draw(key(profile.seed, profile.site_id, "holidays"), 0, _GRADES)),
    )


def days_of_rest(seen: Observance, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether it is a public holiday for such a site.

    An office or school that stays open has a working day; others have the guests of a day of rest.
    """
    if seen.group in _AT_WORK:
        return closed(seen, days)
    return _among(days, _dates(seen.country, seen.state, *_years(days)))


def closed_holidays(profile: SiteProfile, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether the site is closed for a public holiday."""
    return closed(observance(profile), days)


def closed(seen: Observance, days: Steps) -> Bools:
    """Return for each of *days* since 1970 whether such a site is closed for a public holiday."""
    return _among(days, _closing_dates(seen, *_years(days)))


def _among(days: Steps, dates: Steps) -> Bools:
    among: Bools = np.isin(days, dates)
    return among


def _years(days: Steps) -> tuple[int, int]:
    edges = np.array([days.min(), days.max()]).astype("datetime64[D]").astype("datetime64[Y]")
    first, last = (edges.astype(np.int64) + 1970).tolist()
    return first, last


@lru_cache(maxsize=512)
def _dates(country: str, state: str, first: int, last: int) -> Steps:
    years = range(first, last + 1)
    return np.array([day for year in years for day in named_holidays(country, state, year)], int)


@lru_cache(maxsize=512)
def _closing_dates(seen: Observance, first: int, last: int) -> Steps:
    years = range(first, last + 1)
    return np.array([day for year in years for day in _closing_days(seen, year)], int)


def _closing_days(seen: Observance, year: int) -> Iterator[int]:
    """Yield the holidays of *year* on which such a site is closed, in days since 1970."""
    if not seen.group:
        return
    tables = calendars().closed_on[seen.group]
    shares = tables.get(seen.country, tables[_DEFAULT])
    for day, names in named_holidays(seen.country, seen.state, year).items():
        if _share(shares, names) * _GRADES > seen.grade:
            yield day


def _share(shares: Mapping[str, float], names: str) -> float:
    """Return the share of sites that close on a holiday, which can have several *names*."""
    found = [
        share
        for name in names.replace(" (observed)", "").split("; ")
        for pattern, share in shares.items()
        if fnmatchcase(name, pattern)
    ]
    return max(found, default=shares[_OTHER])


@lru_cache(maxsize=2_048)
def named_holidays(country: str, state: str, year: int) -> Mapping[int, str]:
    """Return the names of the public holidays of a year by days since 1970.

    None are known for an unknown country. *state* is a code of the package `holidays`, or empty.
    """
    holidays = _package(country)
    if holidays is None:
        return {}
    categories = ["public", *filter(None, [calendars().more_holidays.get(f"{country}-{state}")])]
    with warnings.catch_warnings():
        # Some calendars have no dates for distant years.
        warnings.simplefilter("ignore")
        # With a language, because the default one depends on the environment.
        listed = holidays.country_holidays(
            country,
            subdiv=state or None,
            years=year,
            expand=False,
            language="en_US",
            categories=categories,
        )
    days = {int(np.datetime64(day, "D").astype(int)): name for day, name in listed.items()}
    return dict(sorted(days.items()))


@lru_cache(maxsize=512)
def state_of(country: str, state: str) -> str:
    """Return the code in the package `holidays` of a state or province; empty if it has none.

    *state* is a code, as `BY` or `DE-BY`, or a name, as `Bayern` or `Bavaria`.
    """
    holidays = _package(country)
    if not state or holidays is None:
        return ""
    place: Any = holidays.country_holidays(country)
    aliases: Mapping[str, str] = getattr(place, "subdivisions_aliases", {})
    codes = {each: each for each in place.subdivisions}
    named = {**aliases, **calendars().states.get(country, {}), **codes}
    known: dict[str, str] = {_folded(name): code for name, code in named.items()}
    folded = _folded(state)
    return known.get(folded) or known.get(folded.removeprefix(_folded(country) + "-"), "")


def _package(country: str) -> ModuleType | None:
    """Return the package `holidays` if it knows *country*."""
    if not country:
        return None
    # Imported lazily: holidays is large, and a site without a country needs none.
    import holidays

    return holidays if country in holidays.list_supported_countries() else None


def _folded(name: str) -> str:
    """Return *name* in lower case without accents."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
