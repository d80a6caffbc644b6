"""Names the intervals that a meter may deliver in, as ISO 8601 durations."""

from datetime import timedelta
from enum import StrEnum


class Interval(StrEnum):
    """How much time one reading stands for; a day and a month begin at midnight UTC."""

    QUARTER_HOUR = "PT15M"
    HOUR = "PT1H"
    DAY = "P1D"
    MONTH = "P1M"

    @property
    def length(self) -> timedelta:
        """Return the time between two readings; of months, which differ, a nominal 30 days."""
        return _LENGTHS[self]


_LENGTHS = {
    Interval.QUARTER_HOUR: timedelta(minutes=15),
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.MONTH: timedelta(days=30),
}
