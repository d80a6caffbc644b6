"""Effects of defects on readings before delivery.

Every effect takes rows, an incident and the clean source, and returns new rows. A row keeps the
number of its true interval.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from mockapi.timeseries.defects.incident import Incident, IncidentGrid, MeterDefect
from mockapi.timeseries.defects.incidents import incidents
from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY
from mockapi.timeseries.models.noise import Bools, Floats, Steps
from mockapi.timeseries.time_axis import Axis, begins_of

MONTH = 30 * 86_400
_DIGITS = 9
_CORRECTION = 0.05


@dataclass(frozen=True)
class _Rows:
    """Readings with the effects of defects: arrays of one length.

    *numbers* are the true intervals, *at* the labels in UTC seconds.
    """

    numbers: Steps
    at: Steps
    values: Floats

    def only(self, kept: Bools) -> "_Rows":
        """Return the rows for which *kept* is true."""
        return _Rows(self.numbers[kept], self.at[kept], self.values[kept])

    def twice(self, chosen: Bools, values: Floats) -> "_Rows":
        """Return the rows with the *chosen* ones duplicated, the copies with *values*."""
        again = replace(self.only(chosen), values=values)
        place = np.flatnonzero(chosen) + 1
        return _Rows(
            np.insert(self.numbers, place, again.numbers),
            np.insert(self.at, place, again.at),
            np.insert(self.values, place, again.values),
        )


@dataclass(frozen=True)
class Source:
    """The clean readings of a channel: `read(first, count)` for any intervals.

    `total(first, end)` is their sum; *other* reads the meter that it is swapped with.
    """

    grid: IncidentGrid
    read: Callable[[int, int], Floats]
    total: Callable[[int, int], float]
    other: Callable[[int, int], Floats]


def elapsed(rows: _Rows, incident: Incident, grid: IncidentGrid) -> Steps:
    """Return the seconds from the start of the incident to the end of each row's interval."""
    start = begins_of(grid.interval, np.array([incident.first], np.int64))
    return begins_of(grid.interval, rows.numbers + 1) - start


def inside(rows: _Rows, incident: Incident) -> Bools:
    """Return which rows belong to the incident."""
    within: Bools = (rows.numbers >= incident.first) & (rows.numbers < incident.end)
    return within


def replace_values(rows: _Rows, incident: Incident, values: Floats | float) -> _Rows:
    """Return the rows with those of the incident replaced by *values*."""
    shown = np.round(values, _DIGITS) + 0.0  # no negative zero
    return replace(rows, values=np.where(inside(rows, incident), shown, rows.values))


def remove_rows(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Remove the rows of the incident."""
    return rows.only(~inside(rows, incident))


def freeze(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Repeat the reading before the incident throughout it."""
    return replace_values(rows, incident, float(source.read(incident.first - 1, 1)[0]))


def freeze_at_zero(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Replace values by zero. If the meter catches up, the last row has the missed total."""
    zeroed = replace_values(rows, incident, 0.0)
    last = replace(incident, first=incident.end - 1)
    if not incident.mode or not inside(rows, last).any():
        return zeroed
    return replace_values(zeroed, last, source.total(incident.first, incident.end))


def spike(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Multiply by the size. Zero counts as one count of the meter."""
    counted = np.where(rows.values == 0, source.grid.resolution, rows.values)
    return replace_values(rows, incident, counted * incident.size)


def multiply(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Multiply by the size: a wrong unit."""
    return replace_values(rows, incident, rows.values * incident.size)


def negate(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Negate values: swapped import and export registers."""
    return replace_values(rows, incident, -rows.values)


def replace_meter(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Remove rows for the gap, then apply another gain and resolution."""
    other = np.rint(rows.values * incident.size / incident.resolution) * incident.resolution
    gap = replace(incident, end=incident.first + incident.gap)
    return remove_rows(replace_values(rows, incident, other), gap, source)


def roll_over(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Subtract a full register: the difference across a rollover."""
    return replace_values(rows, incident, rows.values - incident.size)


def accumulate(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Replace values by the register: its start plus the sum since then."""
    within = inside(rows, incident)
    if not within.any():
        return rows
    first, last = int(rows.numbers[within].min()), int(rows.numbers[within].max())
    register = source.total(incident.first, first) + np.cumsum(source.read(first, last + 1 - first))
    place = np.clip(rows.numbers - first, 0, last - first)
    return replace_values(rows, incident, incident.size + register[place])


def repeat(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Duplicate rows, equal or higher by 5 % and at least one count."""
    chosen = inside(rows, incident)
    values = rows.values[chosen]
    if incident.mode != "equal":
        count = source.grid.resolution
        higher = np.maximum(1.0, np.rint(np.abs(values) * _CORRECTION / count)) * count
        values = np.round(values + higher, _DIGITS)
    return rows.twice(chosen, values)


def swap_meters(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Replace values by those of the other meter."""
    if not len(rows.numbers):
        return rows
    first = int(rows.numbers[0])
    other = source.other(first, int(rows.numbers[-1]) - first + 1)
    return replace_values(rows, incident, other[rows.numbers - first])


def apply_drift(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Add the size for every month since the start of the incident: a drifting sensor."""
    months = elapsed(rows, incident, source.grid) / MONTH
    return replace_values(rows, incident, rows.values + np.rint(incident.size * months))


_HOUR_SECONDS = 3_600


def shift_timestamps(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Label rows by wrong hours, by local time as if it were UTC, or by their end."""
    if not len(rows.numbers):
        return rows
    return _ahead(rows, incident, _offsets(rows, incident, source))


def _offsets(rows: _Rows, incident: Incident, source: Source) -> Steps:
    if incident.mode == "hours":
        return np.full(len(rows.numbers), int(incident.size * _HOUR_SECONDS), np.int64)
    begin = begins_of(source.grid.interval, rows.numbers)
    if incident.mode == "interval_end":
        return begins_of(source.grid.interval, rows.numbers + 1) - begin
    steps = begin // STEP
    first = int(steps[0])
    axis = Axis.of(source.grid.timezone, first, int(steps[-1]) - first + 1)
    ahead: Steps = axis.local_seconds[steps - first] - steps * STEP
    if incident.mode == "summer_only":
        return ahead - _standard(source.grid.timezone, first)
    return ahead


def _standard(timezone: str, step: int) -> int:
    """Return the lower UTC offset of the year around *step*, which is standard time."""
    half = 183 * STEPS_PER_DAY
    looks = [Axis.of(timezone, step + shift, 1) for shift in (-half, 0, half)]
    return min(int(each.local_seconds[0]) - each.first * STEP for each in looks)


def drift(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Advance labels by the size in seconds per month, until the incident ends."""
    ahead = elapsed(rows, incident, source.grid) * (incident.size / MONTH)
    return _ahead(rows, incident, ahead.astype(np.int64))


def _ahead(rows: _Rows, incident: Incident, seconds: Steps) -> _Rows:
    return replace(rows, at=np.where(inside(rows, incident), rows.at + seconds, rows.at))


def apply_dst_error(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Remove or duplicate the hour that is skipped in spring or repeated in autumn."""
    spring = incident.size > 0
    if incident.mode in ("missing_hour", "last_hour_lost"):
        return remove_rows(rows, incident, source)
    if incident.mode == "always_24_hours" and not spring:
        # The repeated hour has the same local time, so its second time gets the first label.
        back = np.full(len(rows.numbers), int(incident.size), np.int64)
        return _ahead(rows, incident, back)
    if spring:
        # The skipped hour is delivered too, with the labels of the hour after it.
        chosen = inside(rows, incident)
        again = rows.values[chosen]
        return rows.twice(chosen, again * (incident.mode == "always_24_hours"))
    return _summed(rows, incident, source)


def _summed(rows: _Rows, incident: Incident, source: Source) -> _Rows:
    """Merge the repeated hour: its first time gets the sum, or the mean, of both."""
    length = (incident.end - incident.first) // 2
    read = source.read(incident.first, 2 * length)
    both = read[:length] + read[length:]
    if source.grid.state:
        both = both / 2
    first = replace(incident, end=incident.first + length)
    place = np.clip(rows.numbers - incident.first, 0, length - 1)
    return remove_rows(
        replace_values(rows, first, both[place]), replace(incident, first=first.end), source
    )


EFFECTS: Mapping[str, Callable[[_Rows, Incident, Source], _Rows]] = {
    "swapped_meters": swap_meters,
    "meter_replacement": replace_meter,
    "stuck_value": freeze,
    "stuck_at_zero": freeze_at_zero,
    "negative": negate,
    "co2_drift": apply_drift,
    "cumulative": accumulate,
    "register_rollover": roll_over,
    "unit_change": multiply,
    "spike": spike,
    "dst_mistake": apply_dst_error,
    "time_zone_mistake": shift_timestamps,
    "clock_drift": drift,
    "duplicates": repeat,
    "short_gap": remove_rows,
    "long_outage": remove_rows,
}
"""Effects by kind, in the order of application: sensor, register, clock, delivery."""


Measured = tuple[Steps, Steps, Floats]
"""Numbers of true intervals, labels in seconds since 1970, and values, of one length."""


def apply_defects(
    defects: tuple[MeterDefect, ...], sources: Callable[[MeterDefect], Source], measured: Measured
) -> Measured:
    """Return consecutive clean readings with the effects of *defects*, in their order."""
    rows = _Rows(*measured)
    if len(rows.numbers):
        first, end = int(rows.numbers[0]), int(rows.numbers[-1]) + 1
        for defect in defects:
            source = sources(defect)
            for incident in incidents(defect, source.grid, first, end):
                rows = EFFECTS[defect.spec.kind](rows, incident, source)
    return rows.numbers, rows.at, rows.values
