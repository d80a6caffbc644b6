"""Comparison of the amounts of two windows."""

from collections.abc import Sequence
from typing import NamedTuple


class Comparison(NamedTuple):
    """Amounts *now* and *before* of the number of *intervals* that have a reading in both."""

    intervals: int
    now: float
    before: float

    @property
    def change(self) -> float | None:
        """Return the change in percent; None if there was nothing before."""
        return 100 * (self.now / self.before - 1) if self.before else None


def total_of(comparisons: Sequence[Comparison]) -> Comparison:
    """Return the sum of *comparisons*."""
    return Comparison(
        sum(each.intervals for each in comparisons),
        sum(each.now for each in comparisons),
        sum(each.before for each in comparisons),
    )
