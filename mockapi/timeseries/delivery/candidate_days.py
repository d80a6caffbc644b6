"""The few days whose readings can arrive in a short window."""

from functools import lru_cache

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.timeseries.delivery.delivery_model import Pipeline
from mockapi.timeseries.delivery.gateway import delivered_within
from mockapi.timeseries.delivery.revision_schedule import readings_per_unit, stages_of
from mockapi.timeseries.steps import SHORT, STEPS_A_DAY

_LOOKED_THROUGH = 100
"""Days up to which each is asked whether a window can hold any of it."""

Span = tuple[int, int]
"""The first of some readings, and their number; or what they, or seconds, are from and below."""


def candidate_spans(
    pipeline: Pipeline,
    meter_id: str,
    reach: Span,
    window: Span,
    *,
    state: bool,
) -> list[Span] | None:
    """Return the days of which anything may have come in *window*: the readings of each run.

    *reach* are the intervals [begin, end) to look through, *window* the seconds [earliest, until)
    since 1970. None where they are too many to be worth it.
    """
    if pipeline.interval is Interval.MONTH:
        return None
    each = readings_per_unit(pipeline.interval)
    begin, end = reach[0] // each, -(-reach[1] // each)
    if end - begin > _LOOKED_THROUGH:
        return None
    if end <= begin:
        return []
    found = _brought(pipeline, begin, end - begin, window)
    struck = stages_of(pipeline, meter_id, begin, end - begin, state=state)
    days = sorted({*found, *(day for day, stage in struck.items() if stage.within(*window))})
    if len(days) * STEPS_A_DAY > SHORT:
        return None
    runs: list[Span] = []
    for day in days:
        first = day * each
        if runs and sum(runs[-1]) == first:
            runs[-1] = (runs[-1][0], runs[-1][1] + each)
        else:
            runs.append((first, each))
    return runs


@lru_cache(maxsize=16)
def _brought(pipeline: Pipeline, first: int, count: int, window: Span) -> tuple[int, ...]:
    """Return those of *count* days of which the gateway may bring anything in *window*."""
    days = np.arange(first, first + count, dtype=np.int64)
    earliest, latest = delivered_within(pipeline, days)
    return tuple(days[(latest >= window[0]) & (earliest < window[1])].tolist())
