"""Intervals of readings, and the 15-minute steps that they consist of.

Both count from 1970, in UTC. Computed blocks have fixed numbers of them.
"""

from datetime import UTC, datetime, timedelta

from mockapi.domain.timestamps import Interval

BILLION = 1_000_000_000
"""Nanoseconds per second."""

STEP = 900
"""Seconds per step."""

STEPS_PER_HOUR = 4
STEPS_PER_DAY = 96
STEPS_PER_YEAR = 35_064
"""Steps of a mean year, of 365.25 days."""

LONG_BLOCK = 64 * STEPS_PER_DAY
"""Steps per block for long windows."""

SHORT_WINDOW = 16 * STEPS_PER_DAY
"""Longest short window, in steps."""

SHORT_BLOCK = 8 * STEPS_PER_DAY
"""Steps per block for short windows."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MONTHS = 12


def begin_of(interval: Interval, number: int) -> int:
    """Return the second since 1970 at which the interval *number* begins, in UTC."""
    if interval is Interval.MONTH:
        years, months = divmod(number, _MONTHS)
        return floor(datetime(1970 + years, months + 1, 1, tzinfo=UTC))
    return number * int(interval.length.total_seconds())


def number_at(interval: Interval, second: int) -> int:
    """Return the number of the interval that contains *second*; the first of 1970 is number 0."""
    if interval is Interval.MONTH:
        at = _EPOCH + timedelta(seconds=second)
        return (at.year - 1970) * _MONTHS + at.month - 1
    return second // int(interval.length.total_seconds())


def number_from(interval: Interval, second: int) -> int:
    """Return the number of the first interval that begins at *second* or later."""
    return number_at(interval, second - 1) + 1


def block_size(interval: Interval) -> int:
    """Return the number of readings per computed block."""
    if interval is Interval.MONTH:
        return _MONTHS
    return LONG_BLOCK * STEP // int(interval.length.total_seconds())


def floor(at: datetime) -> int:
    """Return the last whole second since 1970 that is not after *at*."""
    return (at - _EPOCH) // _SECOND


def ceiling(at: datetime) -> int:
    """Return the first whole second since 1970 that is not before *at*."""
    return -((_EPOCH - at) // _SECOND)
