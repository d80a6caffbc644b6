"""Incidents of a defect: times and sizes, from its settings or by chance.

A defect applies to whole readings: the one whose interval contains its begin, and all that begin
before its end. Incidents of one defect never overlap: the next one ends the one before it. Sources
of rates and sizes: docs/explanation/readings.md#defects.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import (
    AnyDefect,
    ClockDrift,
    Co2Drift,
    Cumulative,
    DstMistake,
    Duplicates,
    DurationDefect,
    MeterReplacement,
    RegisterRollover,
    Spike,
    StuckAtZero,
    TimeZoneMistake,
    UnitChange,
)
from mockapi.timeseries.defects.incident import (
    NEVER_ENDS,
    Incident,
    IncidentGrid,
    MeterDefect,
    seconds_of,
)
from mockapi.timeseries.intervals import (
    STEP,
    STEPS_PER_DAY,
    STEPS_PER_HOUR,
    begin_of,
    floor,
    number_at,
)
from mockapi.timeseries.models.noise import draw, key, uniform
from mockapi.timeseries.time_axis import changes, offset_at

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600
_TWICE_A_YEAR = 2.0
_LONGEST = 400 * STEPS_PER_DAY
_MODES = ("missing_hour", "doubled_hour", "always_24_hours", "last_hour_lost")


def dst_incidents(
    spec: DstMistake, seed: int, grid: IncidentGrid, first: int, end: int
) -> Iterator[Incident]:
    """Yield the incidents at daylight saving time transitions.

    With `at`, the next transition, or all during `for`. With a rate, so many per year. Meters with
    daily or monthly readings have none. The size is the change of the clock in seconds.
    """
    if grid.interval.length > Interval.HOUR.length:
        return
    if spec.at is not None:
        at = floor(spec.at) // STEP
        lasting = seconds_of(spec.duration)
        stop = at + (_LONGEST if lasting is None else -(-lasting // STEP))
        # One step earlier, to include a transition at the very begin.
        found = changes(grid.timezone, at - 1, stop + 1)
        chosen = found[:1] if lasting is None else [each for each in found if each[0] < stop]
    else:
        begin, stop = (begin_of(grid.interval, each) // STEP for each in (first, end))
        found = changes(grid.timezone, begin - STEPS_PER_DAY, stop + STEPS_PER_DAY)
        chance = (spec.rate or _TWICE_A_YEAR) / _TWICE_A_YEAR
        chosen = [each for each in found if draw(key(seed, each[0], "strikes")) < chance]
    for step, moved in chosen:
        mode = spec.mode or _MODES[int(draw(key(seed, step, "mode"), 0, len(_MODES)))]
        yield _hour(Incident(spec.kind, 0, 0, float(moved), mode), grid, step * STEP)


def _hour(incident: Incident, grid: IncidentGrid, change: int) -> Incident:
    """Return *incident* with the affected hour, for a transition at *change*."""
    length = abs(int(incident.size))
    begin, end = change, change + length
    if incident.mode == "last_hour_lost":
        offset = offset_at(grid.timezone, change // STEP)
        end = ((change + offset) // _DAY_SECONDS + 1) * _DAY_SECONDS - offset
        begin = end - _HOUR_SECONDS
    elif incident.mode == "doubled_hour" and incident.size < 0:
        begin = change - length
    number = number_at(grid.interval, begin)
    return replace(incident, first=number, end=number_at(grid.interval, end - 1) + 1)


_YEAR_STEPS = 365.25 * STEPS_PER_DAY
_MONTH = 30 * STEPS_PER_DAY
_MOST_LOOKBACK = 1_300
"""Number of spans within which a recurring defect has certainly occurred."""

_DUPLICATE_SHARE = 0.0005
"""Default share of readings that are duplicated."""

_EVEN_CHANCE = 0.5
CATCHES_UP = "catches up"
_REGISTER_SIZES = (65_536, 100_000)


@dataclass(frozen=True)
class IncidentProfile:
    """Default incidents per year of a kind of defect, and their length in 15-minute steps.

    The larger *skew*, the more of them are short. Without *rate* there is one incident; without
    *longest* it does not end.
    """

    rate: float = 0.0
    shortest: int = 1
    longest: int = 1
    skew: int = 1


_HOUR, _DAY = STEPS_PER_HOUR, STEPS_PER_DAY
INCIDENT_PROFILES: Mapping[str, IncidentProfile] = {
    "short_gap": IncidentProfile(3.2, _HOUR, _DAY, 6),
    "long_outage": IncidentProfile(0.1, 3 * _DAY, 50 * _DAY, 2),
    "stuck_value": IncidentProfile(3.0, 6 * _HOUR, 2 * _DAY, 4),
    "stuck_at_zero": IncidentProfile(0.3, 12 * _HOUR, 19 * _DAY, 4),
    "spike": IncidentProfile(0.5),
    "negative": IncidentProfile(0.5, _HOUR, 3 * _DAY, 2),
    "unit_change": IncidentProfile(longest=0),
    "meter_replacement": IncidentProfile(longest=0),
    "register_rollover": IncidentProfile(1.0),
    "cumulative": IncidentProfile(longest=0),
    "duplicates": IncidentProfile(18.0),
    "time_zone_mistake": IncidentProfile(longest=0),
    "dst_mistake": IncidentProfile(2.0),
    "clock_drift": IncidentProfile(2.0, _MONTH, 4 * _MONTH),
    "swapped_meters": IncidentProfile(0.3, 3 * _DAY, 30 * _DAY),
    "co2_drift": IncidentProfile(longest=0),
}


def incidents(
    defect: MeterDefect, grid: IncidentGrid, first: int, end: int
) -> tuple[Incident, ...]:
    """Return the incidents of *defect* that overlap the intervals from *first* to below *end*."""
    found = _regular_incidents(defect, grid, first, end)
    if isinstance(defect.spec, DstMistake):
        found = dst_incidents(defect.spec, defect.seed, grid, first, end)
    return tuple(each for each in found if each.first < end and each.end > first)


def list_incidents(
    defects: tuple[MeterDefect, ...], grid: IncidentGrid, first: int, end: int
) -> tuple[tuple[MeterDefect, Incident], ...]:
    """Return every incident between two intervals with its defect, in order of begin."""
    found = [(each, one) for each in defects for one in incidents(each, grid, first, end)]
    return tuple(sorted(found, key=lambda each: (each[1].first, each[1].kind)))


def _regular_incidents(
    defect: MeterDefect, grid: IncidentGrid, first: int, end: int
) -> Iterator[Incident]:
    spec, profile = defect.spec, INCIDENT_PROFILES[defect.spec.kind]
    given = seconds_of(spec.duration) if isinstance(spec, DurationDefect) else None
    rate = spec.rate or profile.rate
    if spec.kind == "duplicates" and spec.rate is None:
        rate = _DUPLICATE_SHARE * _YEAR_STEPS * STEP / grid.interval.length.total_seconds()
    if spec.at is not None or not rate:
        begin = floor(spec.at) if spec.at is not None else _random_begin(defect.seed, grid)
        yield from _with_lengths(defect, grid, [(begin, _length(profile, defect.seed, given), 0)])
        return
    yield from _with_lengths(defect, grid, _recurring(defect.seed, profile, rate, given, (
        begin_of(grid.interval, first) // STEP, begin_of(grid.interval, end) // STEP
    )))  # fmt: skip


def _random_begin(seed: int, grid: IncidentGrid) -> int:
    """Return a random second of the back-fill, or of the year after the begin if there is none."""
    span = grid.history or int(_YEAR_STEPS) * STEP
    return grid.begin + int(draw(key(seed, "begin"), 0, span))


def _length(profile: IncidentProfile, seed: int, given: int | None) -> int | None:
    """Return the length of an incident in seconds; None if it does not end."""
    if given is not None:
        return given
    if not profile.longest:
        return None
    if profile.shortest == profile.longest:
        return STEP * profile.shortest
    spread = profile.longest - profile.shortest + 1
    return STEP * (profile.shortest + int(spread * draw(key(seed, "length")) ** profile.skew))


def _recurring(
    seed: int, profile: IncidentProfile, rate: float, given: int | None, window: tuple[int, int]
) -> list[tuple[int, int | None, int]]:
    """Return begin, length and number of all incidents that may overlap the steps of *window*.

    Time is divided into spans of a month, or less for more than one incident per month. Each span
    has one incident with the probability given by the rate.
    """
    stretch = max(1, int(min(_MONTH, _YEAR_STEPS / rate)))
    lasts = profile.longest if given is None else -(-given // STEP)
    # An incident ends with the next one, which begins within this number of spans.
    reach = min(_MOST_LOOKBACK, lasts // stretch + 2) if lasts else _MOST_LOOKBACK
    numbers = np.arange(window[0] // stretch - reach, window[1] // stretch + reach + 1)
    chosen = numbers[uniform(key(seed, "strikes"), numbers) < rate * stretch / _YEAR_STEPS]
    into = (uniform(key(seed, "begin"), chosen) * stretch).astype(np.int64)
    return [
        (STEP * at, _length(profile, key(seed, number), given), number)
        for at, number in zip((chosen * stretch + into).tolist(), chosen.tolist(), strict=True)
    ]


def _with_lengths(
    defect: MeterDefect, grid: IncidentGrid, spells: list[tuple[int, int | None, int]]
) -> Iterator[Incident]:
    """Yield an incident for each begin and length that contains at least one reading."""
    firsts = [number_at(grid.interval, begin) for begin, _, _ in spells]
    for (begin, length, number), (first, following) in zip(
        spells, pairwise([*firsts, NEVER_ENDS]), strict=True
    ):
        incident = _new_incident(defect, grid, first, key(defect.seed, number))
        # The last of two readings can catch up for the first one; a single reading cannot.
        fewest = 2 if incident.mode == CATCHES_UP else 1
        end = NEVER_ENDS
        if length is not None:
            end = max(first + fewest, number_at(grid.interval, begin + length - 1) + 1)
        end = min(end, following)
        if end - first >= fewest:
            yield _with_end(defect, grid, incident, end)


def _setting_or_chance(given: bool | None, seed: int) -> bool:
    return draw(key(seed, "either")) < _EVEN_CHANCE if given is None else given


def _new_incident(defect: MeterDefect, grid: IncidentGrid, first: int, seed: int) -> Incident:
    """Return the incident that begins with *first*, with given or random settings."""
    spec = defect.spec
    resolution = grid.resolution
    if isinstance(spec, MeterReplacement):
        resolution = spec.resolution or resolution
    size, mode = _size(spec, grid, seed), _mode(spec, grid, seed)
    return Incident(spec.kind, first, first, size, mode, 0, resolution)


def _size(spec: AnyDefect, grid: IncidentGrid, seed: int) -> float:
    def one_of(*sizes: float) -> float:
        return sizes[int(draw(key(seed, "size"), 0, len(sizes)))]

    size = 1.0
    match spec:
        case Spike():
            size = spec.factor or one_of(10.0, 100.0, 1000.0)
        case UnitChange():
            size = spec.factor or one_of(*grid.factors)
        case MeterReplacement():
            size = spec.gain or one_of(0.98, 0.99, 1.01, 1.02)
        case RegisterRollover():
            size = spec.counts or one_of(*(each * grid.resolution for each in _REGISTER_SIZES))
        case Cumulative():
            size = spec.start
        case TimeZoneMistake():
            size = spec.hours or 0.0
        case ClockDrift():
            size = spec.seconds_per_month
        case Co2Drift():
            size = spec.ppm_per_month
        case _:
            pass
    return size


def _mode(spec: AnyDefect, grid: IncidentGrid, seed: int) -> str:
    match spec:
        case StuckAtZero() if not grid.state:
            return CATCHES_UP if _setting_or_chance(spec.catch_up, seed) else ""
        case Duplicates():
            return "equal" if _setting_or_chance(spec.equal, seed) else "other"
        case TimeZoneMistake():
            return spec.mode if spec.hours is None else "hours"
        case _:
            return ""


def _with_end(defect: MeterDefect, grid: IncidentGrid, incident: Incident, end: int) -> Incident:
    gap = 0
    if isinstance(defect.spec, MeterReplacement):
        seconds = seconds_of(defect.spec.gap)
        if seconds is None:
            seconds = STEP * int(draw(key(defect.seed, incident.first, "gap"), 0, 2 * _DAY + 1))
        # The intervals that begin within these seconds.
        last = number_at(grid.interval, begin_of(grid.interval, incident.first) + seconds - 1)
        gap = min(last + 1, end) - incident.first
    return replace(incident, end=end, gap=gap)
