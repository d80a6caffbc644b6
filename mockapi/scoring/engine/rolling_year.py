"""Consumption of the last 365 days, and how far a score of it can be trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mockapi.domain.daily_amounts import MICRO, DailyAmount
from mockapi.scoring.engine.arithmetic import Step

YEAR = 365


@dataclass(frozen=True)
class MeterDays:
    """What one meter read day by day, and when each value became known, in that order.

    Of air the amount is the day's level in ppm, of anything else its consumption.
    """

    meter_id: str
    usage: str
    revisions: Sequence[DailyAmount]


class Intake(NamedTuple):
    """What a meter of *usage* read in the year to a day: its sum, on so many covered days."""

    meter_id: str
    usage: str
    total: float
    days: int
    last_day: int

    @property
    def daily(self) -> float:
        """Return the mean of the covered days."""
        return self.total / self.days

    @property
    def annual(self) -> float:
        """Return the year's consumption, as if the other days were as the covered ones."""
        return self.total / self.days * YEAR


class RollingYear:
    """The year of one meter; moves forward only."""

    def __init__(self, meter: MeterDays) -> None:
        self._meter = meter
        self._next = 0
        self._amounts: dict[int, int] = {}
        self._ahead: dict[int, int] = {}
        self._total = 0
        self._end: int | None = None
        self._last = 0

    def to(self, day: int, known_at: int) -> Intake | None:
        """Return the year that ends with *day*, as known at *known_at*; None without a reading."""
        if self._end is not None:
            for come in range(self._end + 1, day + 1):
                self._total -= self._amounts.pop(come - YEAR, 0)
                if come in self._ahead:
                    self._put(come, self._ahead.pop(come))
        self._end = day
        self._hear(known_at)
        if not self._amounts:
            return None
        meter = self._meter
        total = self._total / MICRO
        return Intake(meter.meter_id, meter.usage, total, len(self._amounts), self._last)

    def _hear(self, known_at: int) -> None:
        revisions = self._meter.revisions
        end = self._end or 0
        while self._next < len(revisions) and revisions[self._next].known_at <= known_at:
            each = revisions[self._next]
            self._next += 1
            if each.day <= end - YEAR:
                continue
            book = self._amounts if each.day <= end else self._ahead
            if each.amount is None:
                taken = book.pop(each.day, 0)
                if book is self._amounts:
                    self._total -= taken
                    self._last = max(book, default=0)
            elif book is self._amounts:
                self._put(each.day, each.amount)
            else:
                book[each.day] = each.amount

    def _put(self, day: int, amount: int) -> None:
        self._total += amount - self._amounts.get(day, 0)
        self._amounts[day] = amount
        self._last = max(self._last, day)


Confidence = Literal["high", "medium", "low"]

_HIGH, _MEDIUM = 330, 90
_RECENT = 31
_LOWEST, _HIGHEST = 0.05, 5.0


def confidence(days: int) -> Confidence:
    """Return how far *days* of a year with readings can be trusted."""
    if days >= _HIGH:
        return "high"
    return "medium" if days >= _MEDIUM else "low"


@dataclass(frozen=True)
class Validity:
    """Whether a score would pass, and what speaks against it."""

    covered_days: int
    window_days: int
    confidence: Confidence
    tests: Mapping[str, bool]
    warnings: tuple[str, ...]


def judge(intakes: Sequence[Intake], steps: Sequence[Step], day: int) -> Validity:
    """Return what is to be said of a score that *steps* led to; *day* is its own, an ordinal."""
    covered = min((each.days for each in intakes), default=0)
    ratios = [step.value for step in steps if step.name == "r" or step.name.startswith("r_")]
    by_name = {step.name: step.value for step in steps}
    tests = {
        "complete": covered >= _HIGH,
        "timely": bool(intakes) and all(day - each.last_day <= _RECENT for each in intakes),
        "unit": True,  # a usage has one unit, the catalog's
        "outlier": all(_LOWEST <= ratio <= _HIGHEST for ratio in ratios),
    }
    warnings = []
    if by_name.get("diverted", 0.0) > by_name.get("generated", 0.0):
        warnings.append("More waste is diverted than generated; none counts as undiverted.")
    if not tests["outlier"]:
        warnings.append("A ratio is below 0.05 or above 5: an outlier, or another benchmark fits.")
    return Validity(covered, YEAR, confidence(covered), tests, tuple(warnings))
