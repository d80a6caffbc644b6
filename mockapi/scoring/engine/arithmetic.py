"""Turns a ratio to the reference into a score: one curve for all, and roundings half up."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """One line of arithmetic: what it is called, what it came to, and how."""

    name: str
    value: float
    unit: str
    formula: str


class Tell(Protocol):
    """Whatever listens to the steps."""

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        """Take one step."""
        ...


def nobody(name: str, value: float, unit: str, formula: str) -> None:
    """Listen to nothing."""


@dataclass
class Trace:
    """Listens to all steps and keeps them in order."""

    steps: list[Step] = field(default_factory=list)

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        self.steps.append(Step(name, value, unit, formula))


BEST = 100.0


def curve(ratio: float) -> float:
    """Return 100 / (1 + ratio^2): 100 at 0, 50 at the reference, falling and never 0."""
    return BEST / (1.0 + ratio * ratio)


def ladder(at: float, stops: Sequence[float], scores: Sequence[float]) -> float:
    """Return the score on straight lines through *stops*, level outside of them."""
    above = bisect_right(stops, at)
    if above == 0:
        return scores[0]
    if above == len(stops):
        return scores[-1]
    left, right = stops[above - 1], stops[above]
    low, high = scores[above - 1], scores[above]
    return low + (high - low) * (at - left) / (right - left)


def hundredths(score: float) -> int:
    """Return *score* in hundredths, rounded half up."""
    return math.floor(score * 100.0 + 0.5)


def mean_of(scores: Sequence[int]) -> int:
    """Return the mean of whole *scores*, rounded half up; none at all raises `ValueError`."""
    if not scores:
        raise ValueError("No scores have a mean.")
    return (2 * sum(scores) + len(scores)) // (2 * len(scores))


def points(score: float, most: float) -> int:
    """Return what *score* is worth where 100 is worth *most* points, rounded half up."""
    return math.floor(score * most / BEST + 0.5)
