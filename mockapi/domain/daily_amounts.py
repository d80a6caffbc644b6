"""Daily amounts in the time zone of a site, with the time at which they became known."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MICRO = 1_000_000
"""Amounts are integers in this fraction of a unit."""


class DailyAmount(NamedTuple):
    """The *amount* of *day* from *known_at* (seconds since 1970) on; None removes it.

    The day is a proleptic ordinal, the amount in millionths of the catalog's unit: integers, so
    that sums are exact in any order.
    """

    known_at: int
    day: int
    amount: int | None


def micro(amount: float) -> int:
    """Return *amount* in integer millionths."""
    return round(amount * MICRO)


@lru_cache(maxsize=16_384)
def midnight(timezone: str, day: int) -> int:
    """Return the start of the local *day*, an ordinal, in seconds since 1970."""
    begin = datetime.combine(date.fromordinal(day), time(), ZoneInfo(timezone))
    return int(begin.timestamp())
