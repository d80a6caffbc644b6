"""Arrays of intervals, and axes of 15-minute steps with local time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY, STEPS_PER_HOUR
from mockapi.timeseries.models.noise import Floats, Steps, span

_DAY = 86_400


def begins_of(interval: Interval, numbers: Steps) -> Steps:
    """Return the seconds since 1970 at which the intervals *numbers* begin, in UTC."""
    if interval is Interval.MONTH:
        return numbers.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    seconds: Steps = numbers * int(interval.length.total_seconds())
    return seconds


def numbers_of(interval: Interval, seconds: Steps) -> Steps:
    """Return the numbers of the intervals that contain *seconds* since 1970."""
    if interval is Interval.MONTH:
        return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    numbers: Steps = seconds // int(interval.length.total_seconds())
    return numbers


def edges(interval: Interval, first: int, count: int) -> Steps:
    """Return the begins of *count* intervals from *first* on, and the end of the last one."""
    return begins_of(interval, np.arange(first, first + count + 1, dtype=np.int64))


def offsets_of(timezone: str, seconds: Steps) -> Steps:
    """Return the UTC offset of *timezone* in seconds, shape as *seconds*."""
    zone = ZoneInfo(timezone)
    days, place = np.unique(seconds // _DAY, return_inverse=True)
    opening = np.array([_utc_offset(zone, day * _DAY) for day in days.tolist()], np.int64)
    closing = np.array([_utc_offset(zone, (day + 1) * _DAY) for day in days.tolist()], np.int64)
    offsets: Steps = opening[place]
    for index in np.flatnonzero((opening != closing)[place]).tolist():
        offsets[index] = _utc_offset(zone, int(seconds[index]))
    return offsets


def _utc_offset(zone: ZoneInfo, second: int) -> int:
    # Whole minutes, because ISO 8601 has no seconds: before 1972 some offsets had seconds.
    # From `_EPOCH`, because datetimes made by freezegun lose `fold`.
    offset = (_EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60) * 60


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEARCH = 4 * STEPS_PER_DAY
_MONDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class Axis:
    """*count* steps from step *first* on; step n begins 900 n seconds after 1970.

    All arrays have the shape (count,) and describe the start of each step.
    """

    timezone: str
    first: int
    count: int

    @staticmethod
    def of(timezone: str, first: int, count: int) -> "Axis":
        """Return the axis, cached for equal arguments."""
        return _axis(timezone, first, count)

    def shifted(self, steps: int) -> "Axis":
        """Return the axis of the same length that begins *steps* later."""
        return Axis.of(self.timezone, self.first + steps, self.count)

    @cached_property
    def steps(self) -> Steps:
        return np.arange(self.first, self.first + self.count, dtype=np.int64)

    @cached_property
    def local_seconds(self) -> Steps:
        """Return the local time in seconds, as if it were UTC."""
        offsets = np.empty(self.count, np.int64)
        for begin, end, offset in _constant_offsets(
            self.timezone, self.first, self.first + self.count
        ):
            offsets[begin - self.first : end - self.first] = offset
        return self.steps * STEP + offsets

    @cached_property
    def local_hour(self) -> Floats:
        """Return the local hour, from 0 to below 24."""
        return (self.local_seconds % _DAY) / 3600.0

    @cached_property
    def local_day(self) -> Steps:
        """Return the local date as days since 1970-01-01."""
        return self.local_seconds // _DAY

    @cached_property
    def days(self) -> Steps:
        """Return every local day of the axis once."""
        return span(self.local_day)

    @cached_property
    def day_index(self) -> Steps:
        """Return for each step the position of its local day in `days`."""
        return self.local_day - int(self.days[0])

    @cached_property
    def weekday(self) -> Steps:
        """Return the local weekday: 0 is Monday."""
        return weekdays(self.local_day)

    @cached_property
    def day_of_year(self) -> Steps:
        """Return the local day of the year: 1 is the first of January."""
        return year_days(self.days)[self.day_index]

    @cached_property
    def utc_hour(self) -> Floats:
        """Return the hour of UTC, from 0 to below 24."""
        return (self.steps % STEPS_PER_DAY) / STEPS_PER_HOUR


def weekdays(days: Steps) -> Steps:
    """Return the weekday of each of *days* since 1970-01-01: 0 is Monday."""
    weekday: Steps = (days + _MONDAY) % 7
    return weekday


def year_days(days: Steps) -> Steps:
    """Return the day of the year, from 1, of *days* since 1970-01-01."""
    dates = days.astype("datetime64[D]")
    number: Steps = (dates - dates.astype("datetime64[Y]")).astype(np.int64) + 1
    return number


@lru_cache(maxsize=12)
def _axis(timezone: str, first: int, count: int) -> Axis:
    return Axis(timezone, first, count)


@lru_cache(maxsize=16_384)
def offset_at(timezone: str, step: int) -> int:
    """Return the UTC offset in *step*, in seconds."""
    at = (_EPOCH + timedelta(seconds=step * STEP)).astimezone(ZoneInfo(timezone))
    offset = at.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _constant_offsets(timezone: str, first: int, end: int) -> list[tuple[int, int, int]]:
    """Return spans [begin, end) of steps with one UTC offset each, in seconds."""
    marks = [first, *range((first // _SEARCH + 1) * _SEARCH, end, _SEARCH), end - 1]
    changes = [first]
    for left, right in pairwise(marks):
        if offset_at(timezone, left) != offset_at(timezone, right):
            changes.append(_change(timezone, left, right))
    bounds = [*changes, end]
    return [(begin, stop, offset_at(timezone, begin)) for begin, stop in pairwise(bounds)]


def changes(timezone: str, first: int, end: int) -> list[tuple[int, int]]:
    """Return the steps between *first* and *end* at which the offset changes, and by how much."""
    offsets = _constant_offsets(timezone, first, end)
    return [(after[0], after[2] - before[2]) for before, after in pairwise(offsets)]


def _change(timezone: str, left: int, right: int) -> int:
    """Return the first step after *left* that has the offset of *right*."""
    after = offset_at(timezone, right)
    while right - left > 1:
        middle = (left + right) // 2
        if offset_at(timezone, middle) == after:
            right = middle
        else:
            left = middle
    return right
