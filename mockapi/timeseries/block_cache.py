"""Cuts windows out of what is computed, and remembered, for longer spans of steps or days."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from mockapi.timeseries.models.noise import Floats
from mockapi.timeseries.steps import BLOCK, SHORT, STEPS_A_DAY

KEPT = 16
"""Blocks of one kind that are remembered: a year of one site and its neighbours is 8 to 16."""

_DAYS = 512
"""Days that are computed at once of what changes by the day."""

_FEW = 60
"""Days up to which a window of such is short: less than a block of steps has."""

_BESIDE = 8
"""Days on either side that are computed with a short window of such."""

_AROUND = 7 * STEPS_A_DAY
"""Steps by which those who read a course look further back than the window they answer for."""

Subject = TypeVar("Subject", bound=Hashable)
Computed = Callable[[Subject, int, int], Floats]
"""Answers for so many steps of a subject from a first one on, in the last dimension.

What it tells of a step is the same to the bit, whatever span the step is asked for in.
"""


class Course(Generic[Subject]):
    """What is computed for whole spans of steps, or of days, and remembered.

    A long window is cut out of blocks of *size* steps. One of up to *short* steps is computed by
    itself, with so many steps *beside* it, before and after, for others will ask for those too.
    Of *subjects* the last such span is remembered, and *blocks* blocks of any.
    """

    def __init__(
        self,
        compute: Computed[Subject],
        *,
        size: int = BLOCK,
        short: int = SHORT + _AROUND,
        beside: tuple[int, int] = (0, 0),
        blocks: int = KEPT,
        subjects: int = KEPT,
    ) -> None:
        self._compute = compute
        self._size, self._short, self._beside, self._most = size, short, beside, subjects
        self._block = lru_cache(blocks)(self._whole)
        self._spans: dict[Subject, tuple[int, Floats]] = {}
        self._lock = Lock()

    def __call__(self, subject: Subject, first: int, count: int) -> Floats:
        """Return what there is of *count* steps from *first* on."""
        if count > self._short:
            return self._cut(subject, first, count)
        begin, span = self._spans.get(subject, (first, None))
        if span is None or first < begin or first + count > begin + span.shape[-1]:
            begin = first - self._beside[0]
            span = self._kept(subject, begin, count + sum(self._beside))
        return span[..., first - begin : first - begin + count]

    def _cut(self, subject: Subject, first: int, count: int) -> Floats:
        size, end = self._size, first + count
        parts = [
            self._block(subject, number)[..., max(0, first - number * size) : end - number * size]
            for number in range(first // size, (end - 1) // size + 1)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    def _whole(self, subject: Subject, number: int) -> Floats:
        return self._made(subject, number * self._size, self._size)

    def _kept(self, subject: Subject, first: int, count: int) -> Floats:
        span = self._made(subject, first, count)
        with self._lock:
            # The subject computed last goes to the end, and the first one is forgotten.
            self._spans.pop(subject, None)
            self._spans[subject] = first, span
            if len(self._spans) > self._most:
                del self._spans[next(iter(self._spans))]
        return span

    def _made(self, subject: Subject, first: int, count: int) -> Floats:
        made = self._compute(subject, first, count)
        made.flags.writeable = False
        return made


def course(compute: Computed[Subject]) -> Course[Subject]:
    """Return the course of what each reads for the very window that it answers for."""
    return Course(compute)


def driver(compute: Computed[Subject]) -> Course[Subject]:
    """Return the course of what many read, some of them for days before their own window."""
    return Course(compute, beside=(2 * STEPS_A_DAY, STEPS_A_DAY))


def weather(compute: Computed[Subject]) -> Course[Subject]:
    """Return the course of what all sites of a place read: those of many places are kept."""
    return Course(compute, beside=(_AROUND, STEPS_A_DAY), blocks=2 * KEPT, subjects=4 * KEPT)


def daily(compute: Computed[Subject]) -> Course[Subject]:
    """Return the course of what changes by the day."""
    return Course(compute, size=_DAYS, short=_FEW, beside=(_BESIDE, _BESIDE))
