"""Consumption of the last 365 days, and the confidence in a score of it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mockapi.domain.scores import MICRO, DailyAmount
from mockapi.scoring.engine.arithmetic import Step

YEAR = 365


@dataclass(frozen=True)
class MeterDays:
    """Daily amounts of one meter, ordered by the time at which they became known.

    For air, the amount is the level of the day in ppm, otherwise the consumption.
    """

    meter_id: str
    usage: str
    revisions: Sequence[DailyAmount]


class AnnualConsumption(NamedTuple):
    """Consumption of a meter in one year: the *total* over the *days* that have readings."""

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
        """Return the consumption of the year, extrapolated from the covered days."""
        return self.total / self.days * YEAR


class RollingYear:
    """Sliding window over the year of one meter. It only moves forward."""

    def __init__(self, meter: MeterDays) -> None:
        self._meter = meter
        self._next = 0
        self._amounts: dict[int, int] = {}
        self._ahead: dict[int, int] = {}
        self._total = 0
        self._end: int | None = None
        self._last = 0

    def to(self, day: int, known_at: int) -> AnnualConsumption | None:
        """Return the year that ends with *day*, as known at *known_at*; None without readings."""
        if self._end is None:
            self._begin(day, known_at)
        else:
            for come in range(self._end + 1, day + 1):
                self._total -= self._amounts.pop(come - YEAR, 0)
                if come in self._ahead:
                    self._set(come, self._ahead.pop(come))
            self._end = day
            self._apply_revisions(known_at, day)
        if not self._amounts:
            return None
        meter = self._meter
        total = self._total / MICRO
        return AnnualConsumption(meter.meter_id, meter.usage, total, len(self._amounts), self._last)

    def _begin(self, end: int, known_at: int) -> None:
        """Apply the revisions of the first year: several times as fast as one after the other."""
        revisions = self._meter.revisions
        self._end = end
        self._next = bisect_right(revisions, known_at, key=lambda each: each.known_at)
        # The last revision of a day counts.
        latest = {each.day: each.amount for each in revisions[: self._next]}
        known = {day: amount for day, amount in latest.items() if amount is not None}
        self._amounts = {day: known[day] for day in known if end - YEAR < day <= end}
        self._ahead = {day: known[day] for day in known if day > end}
        self._total = sum(self._amounts.values())
        self._last = max(self._amounts, default=0)

    def _apply_revisions(self, known_at: int, end: int) -> None:
        revisions = self._meter.revisions
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
                self._set(each.day, each.amount)
            else:
                book[each.day] = each.amount

    def _set(self, day: int, amount: int) -> None:
        self._total += amount - self._amounts.get(day, 0)
        self._amounts[day] = amount
        self._last = max(self._last, day)


Confidence = Literal["high", "medium", "low"]

_HIGH, _MEDIUM = 330, 90
_RECENT = 31
_LOWEST, _HIGHEST = 0.05, 5.0

VALIDITY_TESTS: Mapping[str, str] = {
    "complete": f"at least {_HIGH} covered days",
    "timely": f"the last covered day is at most {_RECENT} days old",
    "unit": "each usage has one unit",
    "outlier": f"each ratio is from {_LOWEST:g} to {_HIGHEST:g}",
}
"""Conditions of the plausibility tests, by name."""


def confidence(days: int) -> Confidence:
    """Return the confidence in a score of *days* of a year with readings."""
    if days >= _HIGH:
        return "high"
    return "medium" if days >= _MEDIUM else "low"


@dataclass(frozen=True)
class Validity:
    """Result of the plausibility tests of a score, with warnings."""

    covered_days: int
    window_days: int
    confidence: Confidence
    tests: Mapping[str, bool]
    warnings: tuple[str, ...]


def validate_score(
    consumptions: Sequence[AnnualConsumption], steps: Sequence[Step], day: int
) -> Validity:
    """Return the plausibility of the score of the ordinal *day* that *steps* computed."""
    covered = min((each.days for each in consumptions), default=0)
    ratios = [step.value for step in steps if step.name == "r" or step.name.startswith("r_")]
    by_name = {step.name: step.value for step in steps}
    tests = {
        "complete": covered >= _HIGH,
        "timely": bool(consumptions)
        and all(day - each.last_day <= _RECENT for each in consumptions),
        "unit": True,  # a usage has only one unit, that of the catalog
        "outlier": all(_LOWEST <= ratio <= _HIGHEST for ratio in ratios),
    }
    warnings = []
    if by_name.get("diverted", 0.0) > by_name.get("generated", 0.0):
        warnings.append("More waste is diverted than generated; none counts as undiverted.")
    if not tests["outlier"]:
        warnings.append("A ratio is below 0.05 or above 5: an outlier, or another benchmark fits.")
    return Validity(covered, YEAR, confidence(covered), tests, tuple(warnings))
