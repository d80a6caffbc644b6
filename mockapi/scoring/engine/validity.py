"""Judges how far a score is to be trusted: how many days it covers, and what is odd about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mockapi.scoring.engine.arithmetic import Step
from mockapi.scoring.engine.rolling_year import YEAR, Intake

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
