"""Pushing, correcting and withdrawing readings.

assumption: a store has one reading per date: a push replaces the reading before it, and a later
reading of the meter itself replaces the push.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from mockapi.domain.text_matching import suggestion
from mockapi.store.tables import Site
from mockapi.world.world import World

MOST = 100_000
"""Maximum number of readings that one call can withdraw."""

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class UnknownKeyError(LookupError):
    """Unknown key of a measurement. The message suggests similar keys."""


class UnknownReadingError(LookupError):
    """A date without a reading."""


class TooManyReadingsError(ValueError):
    """The call would withdraw too many readings."""


def push(world: World, key: str, values: Mapping[datetime, float]) -> datetime:
    """Create or correct the readings of *key* at the dates of *values*; return the arrival time.

    All or nothing. A date between the meter's intervals adds a reading. Raise `UnknownKeyError` if
    no measurement has the key.
    """
    site_of(world, key)
    now = world.now()
    world.store.push(key, values.items(), now)
    return now


def withdraw(world: World, key: str, dates: Collection[datetime]) -> int:
    """Withdraw the readings of *key* at *dates*, all or none; return their number.

    assumption: a withdrawn reading is missing from later responses, without any other notice.

    Raise `UnknownKeyError`, or `UnknownReadingError` if a date has no reading.
    """
    asked = sorted(set(dates))
    there = set(_dates(world, key, asked[0], asked[-1] + _SECOND))
    for each in asked:
        if each not in there:
            raise UnknownReadingError(f"{each:%Y-%m-%dT%H:%M:%SZ} has no reading to withdraw.")
    world.store.push(key, ((each, None) for each in asked), world.now())
    return len(asked)


def withdraw_all(world: World, key: str, since: datetime | None, until: datetime | None) -> int:
    """Withdraw the readings of *key* with dates in [*since*, *until*); return their number.

    Raise `UnknownKeyError`, or `TooManyReadingsError` for more than `MOST`.
    """
    found = _dates(world, key, since or _EARLIEST, until or _LATEST)
    if len(found) > MOST:
        raise TooManyReadingsError(
            f"{len(found)} readings are too many to withdraw at once. "
            f"Select at most {MOST} with `since` and `until`."
        )
    world.store.push(key, ((each, None) for each in found), world.now())
    return len(found)


def site_of(world: World, key: str) -> Site:
    """Return the site of *key*. Raise `UnknownKeyError` if no measurement has it."""
    keys = world.store.keys()
    if key not in keys:
        advice = suggestion(key, keys, "GET .../meters lists the keys.")
        raise UnknownKeyError(f"No measurement has the key {key!r}. {advice}")
    return keys[key]


def _dates(world: World, key: str, since: datetime, until: datetime) -> Sequence[datetime]:
    """Return the dates in [*since*, *until*) that have a reading, now or after registration."""
    site, reader = site_of(world, key), world.reader
    if site.registered_at is None:
        return reader.waiting_dates(key, since, until)
    return reader.dates(reader.channel(site, key), since, until)
