"""Score curve, interpolation and rounding."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """One step of a computation: name, value, unit and formula."""

    name: str
    value: float
    unit: str
    formula: str


class StepRecorder(Protocol):
    """A function that records the steps of a computation."""

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        """Record one step."""
        ...


def no_recorder(name: str, value: float, unit: str, formula: str) -> None:
    """Ignore the step."""


@dataclass
class Trace:
    """A recorder that collects all steps in order."""

    steps: list[Step] = field(default_factory=list)

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        self.steps.append(Step(name, value, unit, formula))


BEST = 100.0


def curve(ratio: float) -> float:
    """Return 100 / (1 + ratio^2): 100 at 0, 50 at the reference, never 0."""
    return BEST / (1.0 + ratio * ratio)


def interpolate_clamped(at: float, stops: Sequence[float], scores: Sequence[float]) -> float:
    """Return the linear interpolation of *scores* over *stops*, constant outside."""
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
    """Return the mean of whole *scores*, rounded half up. Raise `ValueError` if there are none."""
    if not scores:
        raise ValueError("No scores have a mean.")
    return (2 * sum(scores) + len(scores)) // (2 * len(scores))


def points(score: float, most: float) -> int:
    """Return the points for *score* if a score of 100 has *most* points, rounded half up."""
    return math.floor(score * most / BEST + 0.5)
