"""Does to rows of readings what one incident of a defect does to them.

Every function takes rows, an incident and the clean source, and returns other rows. A row keeps
the step that it truly belongs to, whatever its label or its value became.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.noise import Bools, Floats, Steps
from mockapi.series.steps import STEP, STEPS_A_DAY

_MONTH = 30 * STEPS_A_DAY
_END_OF_INTERVAL, _SUMMER_ONLY = 1.0, 2.0


@dataclass(frozen=True)
class Incident:
    """One time that a defect struck: the steps from *first* to below *end*.

    *size* is what the kind says that it is, *quiet* the steps at its beginning without readings.
    """

    kind: str
    first: int
    end: int
    size: float = 1.0
    quiet: int = 0


@dataclass(frozen=True)
class Rows:
    """Readings as delivered: the true *steps*, the labels *at* in UTC seconds, the *values*."""

    steps: Steps
    at: Steps
    values: Floats

    def only(self, kept: Bools) -> "Rows":
        """Return the rows for which *kept* is true."""
        return Rows(self.steps[kept], self.at[kept], self.values[kept])


@dataclass(frozen=True)
class Source:
    """The clean readings of a series: `read(first, count)` answers for any steps.

    *other* are those of the meter that it may be mistaken for, *resolution* what one count is.
    """

    read: Callable[[int, int], Floats]
    timezone: str
    other: Callable[[int, int], Floats]
    resolution: float = 1.0


def _inside(rows: Rows, incident: Incident) -> Bools:
    within: Bools = (rows.steps >= incident.first) & (rows.steps < incident.end)
    return within


def _set(rows: Rows, incident: Incident, values: Floats | float) -> Rows:
    return replace(rows, values=np.where(_inside(rows, incident), values, rows.values))


def drop(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Leave the rows of the incident out."""
    return rows.only(~_inside(rows, incident))


def freeze(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Repeat the reading before the incident throughout it."""
    return _set(rows, incident, float(source.read(incident.first - 1, 1)[0]))


def freeze_at_zero(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Read zero; with size 1 the last step brings all that was missed."""
    zeroed = _set(rows, incident, 0.0)
    last = zeroed.steps == incident.end - 1
    if not incident.size or not last.any():
        return zeroed
    missed = float(source.read(incident.first, incident.end - incident.first).sum())
    return replace(zeroed, values=np.where(last, missed, zeroed.values))


def multiply(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Multiply by the size: a spike, or a unit taken for another."""
    return _set(rows, incident, rows.values * incident.size)


def negate(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Turn the sign: import and export registers swapped."""
    return _set(rows, incident, -rows.values)


def replace_meter(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Leave a gap, then read with another gain and ten times as coarse."""
    coarse = source.resolution * 10
    other = np.rint(rows.values * incident.size / coarse) * coarse
    gap = replace(incident, end=incident.first + incident.quiet)
    return drop(_set(rows, incident, other), gap, source)


def roll_over(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Take a full register off: the difference across its rollover, taken as it stands."""
    return _set(rows, incident, rows.values - incident.size * source.resolution)


def accumulate(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Deliver the register instead of the interval: the sum since the incident began."""
    if not len(rows.steps) or rows.steps[-1] < incident.first:
        return rows
    length = min(int(rows.steps.max()) + 1, incident.end) - incident.first
    register = np.cumsum(source.read(incident.first, length))
    return _set(rows, incident, register[np.clip(rows.steps - incident.first, 0, length - 1)])


def repeat(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Deliver the row again, its value times the size: 1 is an equal duplicate."""
    again = rows.only(_inside(rows, incident))
    again = replace(again, values=again.values * incident.size)
    place = np.searchsorted(rows.steps, again.steps, side="right")
    return Rows(
        np.insert(rows.steps, place, again.steps),
        np.insert(rows.at, place, again.at),
        np.insert(rows.values, place, again.values),
    )


def mislabel(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Label rows by the wall clock as if it were UTC, by their end, or an hour late in summer."""
    if not len(rows.steps):
        return rows
    if incident.size == _END_OF_INTERVAL:
        shift = np.full(len(rows.steps), STEP, np.int64)
    else:
        shift = _offsets(source.timezone, rows.steps)
        if incident.size == _SUMMER_ONLY:
            shift = shift - _standard(source.timezone, int(rows.steps[0]))
    return replace(rows, at=np.where(_inside(rows, incident), rows.at + shift, rows.at))


def _offsets(timezone: str, steps: Steps) -> Steps:
    """Return the seconds by which the wall clock is ahead of UTC in each of *steps*."""
    first = int(steps[0])
    axis = Axis.of(timezone, first, int(steps[-1]) - first + 1)
    ahead = axis.local_seconds - axis.steps * STEP
    return ahead[steps - first]


def _standard(timezone: str, step: int) -> int:
    """Return the lesser offset of the year around *step*: the one of standard time."""
    half = 183 * STEPS_A_DAY
    looks = [Axis.of(timezone, step + shift, 1) for shift in (-half, 0, half)]
    return min(int(each.local_seconds[0]) - each.first * STEP for each in looks)


def change_clocks(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Keep a wall clock of 24 hours: zeros for the hour skipped, one sum for the hour repeated."""
    length = (incident.end - incident.first) // 2
    second = incident.first + length
    if incident.size > 0:
        # The hour that no clock showed is delivered as zeros, labelled as the hour after it.
        skipped = replace(incident, end=second)
        return repeat(rows, replace(skipped, size=0.0), source)
    doubled = source.read(incident.first, 2 * length)
    both = doubled[:length] + doubled[length:]
    first = replace(incident, end=second)
    summed = _set(rows, first, both[np.clip(rows.steps - incident.first, 0, length - 1)])
    return drop(summed, replace(incident, first=second), source)


def drift(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Let the clock run ahead by the size in seconds a month, and put it right at once."""
    since = (rows.steps - incident.first) % _MONTH
    ahead = (since * incident.size / _MONTH).astype(np.int64)
    return replace(rows, at=np.where(_inside(rows, incident), rows.at + ahead, rows.at))


def exchange(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Deliver the readings of the other meter."""
    if not len(rows.steps):
        return rows
    first = int(rows.steps[0])
    other = source.other(first, int(rows.steps[-1]) - first + 1)
    return _set(rows, incident, other[rows.steps - first])


def add_up(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Add the size for every month since the incident began: a sensor that is never put right."""
    months = (rows.steps - incident.first) / _MONTH
    return _set(rows, incident, rows.values + np.rint(incident.size * months))
