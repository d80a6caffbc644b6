"""Says when the built-in partner publishes the scores of a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

FIRST_AFTER = timedelta(seconds=29)
"""inferred: the first scores follow the back-fill by 29 s, as the recorded ones did a request; with
them come those of all its days."""

DAILY_AFTER = timedelta(hours=1)
"""inferred: the scores of a day are published an hour after it ended where the site stands."""


@dataclass(frozen=True)
class Publication:
    """When each day of a site registered at an instant is scored; days are ordinals.

    *filling* is how long its back-fill takes.
    """

    registered_at: datetime
    timezone: str
    filling: timedelta = timedelta(0)

    @property
    def begins(self) -> int:
        """Return when the first scores are published, in seconds since 1970."""
        return -((_EPOCH - self.registered_at - self.filling - FIRST_AFTER) // _SECOND)

    def at(self, day: int) -> int:
        """Return when the scores of *day* are published, in seconds since 1970."""
        return max(self.begins, midnight(self.timezone, day + 1) + int(DAILY_AFTER / _SECOND))

    def latest(self, now: int) -> int | None:
        """Return the last day whose scores are published at *now*; None before the first."""
        if now < self.begins:
            return None
        day = self._day(now - int(DAILY_AFTER / _SECOND)) - 1
        return day if self.at(day) <= now else day - 1

    def day_from(self, second: int) -> int:
        """Return the first day that begins at *second* or later."""
        day = self._day(second)
        return day if midnight(self.timezone, day) >= second else day + 1

    def _day(self, second: int) -> int:
        at = _EPOCH + timedelta(seconds=second)
        return at.astimezone(ZoneInfo(self.timezone)).toordinal()


@lru_cache(maxsize=16_384)
def midnight(timezone: str, day: int) -> int:
    """Return when the local *day*, an ordinal, begins, in seconds since 1970."""
    begin = datetime.combine(date.fromordinal(day), time(), ZoneInfo(timezone))
    return int(begin.timestamp())
