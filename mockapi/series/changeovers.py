"""Finds the changes of daylight saving time that a clock takes wrongly."""

from collections.abc import Iterator
from dataclasses import replace

from mockapi.domain.interval import Interval
from mockapi.scenario.defects import DstMistake
from mockapi.series.arrival import begin_of, number_at
from mockapi.series.axis import changes, offset_at
from mockapi.series.defects import Grid, Incident, second_of, seconds_of
from mockapi.series.noise import draw, key
from mockapi.series.steps import STEP, STEPS_A_DAY

_A_DAY = 86_400
_AN_HOUR = 3_600
_TWICE_A_YEAR = 2.0
_LONGEST = 400 * STEPS_A_DAY
_MODES = ("missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost")


def changeovers(
    spec: DstMistake, seed: int, grid: Grid, first: int, end: int
) -> Iterator[Incident]:
    """Yield the hours at changes of the clock that come wrong.

    Stated by `at` it is the next change, or all during `for`; by a rate, so many of them a year.
    Meters that deliver days or months show none. The size is how far the clock moves, in s.
    """
    if grid.interval.length > Interval.HOUR.length:
        return
    if spec.at is not None:
        at = second_of(spec.at) // STEP
        lasting = seconds_of(spec.lasting)
        stop = at + (_LONGEST if lasting is None else -(-lasting // STEP))
        # One step ahead, to find a change at the very beginning.
        found = changes(grid.timezone, at - 1, stop + 1)
        struck = found[:1] if lasting is None else [each for each in found if each[0] < stop]
    else:
        begin, stop = (begin_of(grid.interval, each) // STEP for each in (first, end))
        found = changes(grid.timezone, begin - STEPS_A_DAY, stop + STEPS_A_DAY)
        chance = (spec.rate or _TWICE_A_YEAR) / _TWICE_A_YEAR
        struck = [each for each in found if draw(key(seed, each[0], "strikes")) < chance]
    for step, moved in struck:
        mode = spec.mode or _MODES[int(draw(key(seed, step, "mode"), 0, len(_MODES)))]
        yield _hour(Incident(spec.kind, 0, 0, float(moved), mode), grid, step * STEP)


def _hour(incident: Incident, grid: Grid, change: int) -> Incident:
    """Return *incident* with the hour that it touches, when the clock changes at *change*."""
    length = abs(int(incident.size))
    begin, end = change, change + length
    if incident.mode == "last_hour_lost":
        offset = offset_at(grid.timezone, change // STEP)
        end = ((change + offset) // _A_DAY + 1) * _A_DAY - offset
        begin = end - _AN_HOUR
    elif incident.mode == "doubled_hour" and incident.size < 0:
        begin = change - length
    number = number_at(grid.interval, begin)
    return replace(incident, first=number, end=number_at(grid.interval, end - 1) + 1)
