"""Amounts of days, in the time zone of a site, and when each became known."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MICRO = 1_000_000
"""Parts of a unit in which amounts are whole."""


class DailyAmount(NamedTuple):
    """From *known_at* on, in seconds since 1970, *day* has *amount*; None removes it.

    The day is a proleptic ordinal, the amount in millionths of the catalog's unit: whole, so that
    sums are exact in any order.
    """

    known_at: int
    day: int
    amount: int | None


def micro(amount: float) -> int:
    """Return *amount* in millionths, whole."""
    return round(amount * MICRO)


@lru_cache(maxsize=16_384)
def midnight(timezone: str, day: int) -> int:
    """Return when the local *day*, an ordinal, begins, in seconds since 1970."""
    begin = datetime.combine(date.fromordinal(day), time(), ZoneInfo(timezone))
    return int(begin.timestamp())
