"""Turns a ratio to the reference into a score: one curve for all, and roundings half up."""

import math
from bisect import bisect_right
from collections.abc import Sequence

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
