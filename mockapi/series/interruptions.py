"""Cuts and bursts: the rare hours in which a building's load is not itself."""

from collections.abc import Mapping

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.noise import Floats, key, uniform
from mockapi.series.place import SiteFacts
from mockapi.series.steps import STEPS_AN_HOUR

_WATCH = 8 * STEPS_AN_HOUR
"""Steps in which at most one interruption begins."""

_WATCHES_A_YEAR = 1_095.75


def interrupt(level: Floats, facts: SiteFacts, ways: Mapping[str, float], axis: Axis) -> None:
    """Change *level*, shape (count,), where the power fails or a machine runs that seldom does."""
    first, last = (axis.first - _WATCH) // _WATCH, (axis.first + axis.count) // _WATCH
    watches = np.arange(first, last + 1, dtype=np.int64)
    for name, longest in (("cuts", 10), ("bursts", 16)):
        named = (facts.seed, facts.site_id, "interruptions", name)
        drawn = uniform(key(*named), watches)
        struck = watches[drawn < ways[name] / _WATCHES_A_YEAR]
        if not len(struck):
            continue
        chances = [uniform(key(*named, part), struck).tolist() for part in ("at", "long", "deep")]
        for watch, place, length, depth in zip(struck.tolist(), *chances, strict=True):
            begin = watch * _WATCH + int(place * _WATCH) - axis.first
            end = begin + 1 + int(length * length * longest)
            share = 0.75 * depth * depth if name == "cuts" else 1.04 + 0.22 * depth
            level[max(0, begin) : max(0, end)] *= share
