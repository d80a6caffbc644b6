"""Does to rows what a clock does that is wrong, or that takes daylight saving time wrongly."""

from dataclasses import replace

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.defects import Incident
from mockapi.series.noise import Steps
from mockapi.series.spoiling import MONTH, Rows, Source, begins, drop, elapsed, inside, put
from mockapi.series.steps import STEP, STEPS_A_DAY

_AN_HOUR = 3_600


def mislabel(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Label rows some hours off, by the wall clock as if it were UTC, or by their end."""
    if not len(rows.numbers):
        return rows
    return _ahead(rows, incident, _mistaken(rows, incident, source))


def _mistaken(rows: Rows, incident: Incident, source: Source) -> Steps:
    if incident.mode == "hours":
        return np.full(len(rows.numbers), int(incident.size * _AN_HOUR), np.int64)
    begin = begins(source.grid.interval, rows.numbers)
    if incident.mode == "interval_end":
        return begins(source.grid.interval, rows.numbers + 1) - begin
    steps = begin // STEP
    first = int(steps[0])
    axis = Axis.of(source.grid.timezone, first, int(steps[-1]) - first + 1)
    ahead: Steps = axis.local_seconds[steps - first] - steps * STEP
    if incident.mode == "summer_only":
        return ahead - _standard(source.grid.timezone, first)
    return ahead


def _standard(timezone: str, step: int) -> int:
    """Return the lesser offset of the year around *step*: the one of standard time."""
    half = 183 * STEPS_A_DAY
    looks = [Axis.of(timezone, step + shift, 1) for shift in (-half, 0, half)]
    return min(int(each.local_seconds[0]) - each.first * STEP for each in looks)


def drift(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Let the clock run ahead by the size in seconds a month, until the incident ends."""
    ahead = elapsed(rows, incident, source.grid) * (incident.size / MONTH)
    return _ahead(rows, incident, ahead.astype(np.int64))


def _ahead(rows: Rows, incident: Incident, seconds: Steps) -> Rows:
    return replace(rows, at=np.where(inside(rows, incident), rows.at + seconds, rows.at))


def change_clocks(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Lose or invent the hour that a clock skips in spring or shows twice in autumn."""
    spring = incident.size > 0
    if incident.mode in ("missing_hour", "last_hour_lost"):
        return drop(rows, incident, source)
    if incident.mode == "always_24_hours" and not spring:
        # The hour that comes twice has one name, so its second time is labelled as the first.
        back = np.full(len(rows.numbers), int(incident.size), np.int64)
        return _ahead(rows, incident, back)
    if spring:
        # The hour that no clock showed is delivered too, under the labels of the hour after it.
        chosen = inside(rows, incident)
        again = rows.values[chosen]
        return rows.twice(chosen, again * (incident.mode == "always_24_hours"))
    return _summed(rows, incident, source)


def _summed(rows: Rows, incident: Incident, source: Source) -> Rows:
    """Count the hour that comes twice once: its first time holds both, or the mean of both."""
    length = (incident.end - incident.first) // 2
    read = source.read(incident.first, 2 * length)
    both = read[:length] + read[length:]
    if source.grid.state:
        both = both / 2
    first = replace(incident, end=incident.first + length)
    place = np.clip(rows.numbers - incident.first, 0, length - 1)
    return drop(put(rows, first, both[place]), replace(incident, first=first.end), source)
