"""Pushing, correcting and withdrawing readings.

assumption: a store keeps one reading for a date: a push takes the place of what stood, and what the
meter itself tells of the date after that takes the place of the push.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from mockapi.domain.suggestions import nearest
from mockapi.store.tables.sites import Site
from mockapi.world.world import World

MOST = 100_000
"""Readings that one call may withdraw."""

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class KeyUnknown(LookupError):
    """No measurement has the key; says which are like it."""


class ReadingUnknown(LookupError):
    """There is no reading of a date."""


class TooManyReadings(ValueError):
    """A call would withdraw more than it may."""


def push(world: World, key: str, values: Mapping[datetime, float]) -> datetime:
    """Create or correct the readings of *key* at the dates of *values*; return when they arrived.

    All or nothing. A date between the meter's intervals is a reading more. Raises `KeyUnknown`.
    """
    site_of(world, key)
    now = world.now()
    world.store.push(key, values.items(), now)
    return now


def withdraw(world: World, key: str, dates: Collection[datetime]) -> int:
    """Withdraw the readings of *key* at *dates*, all or none; return how many.

    assumption: a withdrawn reading is absent from later answers, and nothing else tells of it.

    Raises `KeyUnknown`, and `ReadingUnknown` where a date has none.
    """
    asked = sorted(set(dates))
    there = set(_dates(world, key, asked[0], asked[-1] + _SECOND))
    for each in asked:
        if each not in there:
            raise ReadingUnknown(f"There is no reading of {each:%Y-%m-%dT%H:%M:%SZ} to withdraw.")
    world.store.push(key, ((each, None) for each in asked), world.now())
    return len(asked)


def withdraw_all(world: World, key: str, since: datetime | None, until: datetime | None) -> int:
    """Withdraw the readings of *key* with dates in [*since*, *until*); return how many.

    Raises `KeyUnknown`, and `TooManyReadings` for more than `MOST`.
    """
    found = _dates(world, key, since or _EARLIEST, until or _LATEST)
    if len(found) > MOST:
        raise TooManyReadings(
            f"These are {len(found)} readings; withdraw at most {MOST} at once, by `since` and "
            "`until`."
        )
    world.store.push(key, ((each, None) for each in found), world.now())
    return len(found)


def site_of(world: World, key: str) -> Site:
    """Return the site that *key* is of; raise `KeyUnknown`."""
    keys = world.store.keys()
    if key not in keys:
        close = nearest(key, keys, 3)
        advice = f"did you mean {' or '.join(close)}?" if close else "GET .../meters tells them."
        raise KeyUnknown(f"No measurement has the key {key!r}; {advice}")
    return keys[key]


def _dates(world: World, key: str, since: datetime, until: datetime) -> Sequence[datetime]:
    """Return the dates in [*since*, *until*) that have a reading, now or at registration."""
    site, reader = site_of(world, key), world.reader
    if site.registered_at is None:
        return reader.waiting_dates(key, since, until)
    return reader.dates(reader.channel(site, key), since, until)
