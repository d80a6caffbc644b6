"""Schedule of a building's systems, and the level of its electric load by day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mockapi.timeseries.block_cache import cached_days
from mockapi.timeseries.intervals import STEPS_PER_HOUR
from mockapi.timeseries.models.attendance import (
    attendance,
    hours_moved,
)
from mockapi.timeseries.models.calendar import vacation
from mockapi.timeseries.models.inputs import SiteProfile
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.noise import (
    Floats,
    Steps,
    ar,
    draw,
    draw_normal,
    extend_around,
    key,
    keys,
    less_moving_mean,
    limited,
    normal,
    smooth_step,
    uniform,
    value_noise,
)
from mockapi.timeseries.models.occupancy import patterns
from mockapi.timeseries.models.opening import (
    closed_days,
    has_guests,
    hours_beyond_usual,
    resting,
    usual_week,
)
from mockapi.timeseries.models.public_holidays import closed_holidays
from mockapi.timeseries.models.weather import Sky, climate_of
from mockapi.timeseries.time_axis import Axis, weekdays

_DAWN = 4 * STEPS_PER_HOUR
"""Steps after midnight when an operating day begins: late evenings belong to the day before."""

_HABITS = 210
"""Days over which operating hours and weekend use vary."""

_WITH_PEOPLE = 0.7
"""Share of the systems that stay off without people, for example in shutdowns; judgement."""

_IF_CLOSED = 0.95
"""Share of the systems that stay off on days on which a shop, restaurant or hall is closed;
judgement."""

_LATER, _SOONER = 0.7, 1.0
"""Hours by which systems start later and stop earlier on days of rest."""

_HALF_MONTH = 16
"""Half of the days over which the mean of the deviations is taken."""

_REMOVED = 0.6
"""Share of that mean which is removed, because changes that last have causes; judgement."""

_BY_MONTH = {"day": 0.42, "spell": 0.42, "drift": 0.37}
"""Deviation of the difference between the means of successive months, by parameter."""

_FARTHEST = 3.0
"""Maximum deviation of a day, in standard deviations, because days resemble those before."""

_STEADY = 0.095
"""Maximum deviation of the logarithmic difference between successive months without a cause;
judgement."""

_LARGEST = 0.4
"""Maximum logarithmic deviation of a day without a cause; judgement."""

_IN_SUMMER, _IN_WINTER = 0.3, 0.05
"""Maximum logarithmic height of an annual wave that peaks in summer or in winter, because lights
and the distribution of heat are other parameters; judgement."""

_CLOSES = 0.5
"""Share of sites whose whole load is lower on public holidays on which they close; judgement."""

_SEASONAL = 6.0
"""Amplitude in kelvin of the annual temperature from which the annual wave has its full height,
because places near the equator have no seasons; judgement."""

_COLD_SUMMER, _WARM_SUMMER = 10.0, 20.0
"""Means of the warmest time of the year in degC between which a wave that peaks in summer gets its
full height; judgement."""

_ORDINARY_WEEK = np.arange(19_429, 19_436, dtype=np.int64)
"""A week from Monday, 13 March 2023, without a public holiday in most countries."""

_YEAR = 365.2425
_PEAKS_IN_SUMMER = 0.5
_MIDSUMMER, _MIDWINTER, _AROUND = 205.0, 15.0, 25.0
"""Days of the year around which the annual wave peaks in the north, and their deviation."""


@dataclass(frozen=True)
class BuildingSchedule:
    """Operation of a site's systems over an axis; arrays of shape (count,).

    *level* multiplies the whole load, *gate* is the share of systems that run on that day. *since*
    and *until* are the hours since the start and until the stop, divided by the ramp times.
    """

    level: Floats
    gate: Floats
    since: Floats
    until: Floats

    @classmethod
    def of(cls, profile: SiteProfile, axis: Axis) -> "BuildingSchedule":
        """Return the operation of the site's systems."""
        parameters = load_parameters(profile)
        local = axis.local_seconds // 900 - _DAWN
        day = local // 96
        first, last = int(day[0]), int(day[-1])
        index = day - first
        gate, start, stop, level = _daily(profile, first, last - first + 1)
        hour = (local - day * 96 + _DAWN) / STEPS_PER_HOUR
        return cls(
            level=level[index],
            gate=gate[index],
            since=(hour - start[index]) / parameters["rise"],
            until=(stop[index] - hour) / parameters["fall"],
        )

    def running(self) -> Floats:
        """Return the share of systems that run in each step, from 0 to about 1."""
        return self.gate * smooth_step(self.since) * smooth_step(self.until)


@cached_days
def _daily(profile: SiteProfile, first: int, count: int) -> Floats:
    """Return gate, start, stop and level of each day, shape (4, count)."""
    days = np.arange(first, first + count, dtype=np.int64)
    parameters = load_parameters(profile)
    stacked: Floats = np.stack(
        (*_days(profile, parameters, days), _levels(profile, parameters, days))
    )
    return stacked


def _days(
    profile: SiteProfile, parameters: Mapping[str, float], days: Steps
) -> tuple[Floats, Floats, Floats]:
    """Return the share of running systems, the start hour and the stop hour of each day."""
    named = (profile.seed, profile.site_id, "operation")
    free = resting(profile, days)
    habits = days / _HABITS
    moved = parameters["jitter"] * 0.8 * value_noise(key(*named, "moved"), habits)
    weekend = parameters["weekend"] * np.exp(0.2 * value_noise(key(*named, "weekend"), habits))
    gate = np.where(free, np.minimum(weekend, 1.05), 1.0)
    gate = np.where(vacation(profile, days), gate * (1 - parameters["vacation"]), gate)
    chance = uniform(key(*named, "chance"), days)
    gate = np.where(~free & (chance < parameters["missed"]), 0.3 * gate, gate)
    gate = np.where(free & (chance < parameters["left"]), 1.0, gate)
    institution = patterns()[profile.building].institution
    stopped = np.where(closed_days(profile, days), _IF_CLOSED, _WITH_PEOPLE)
    gate *= 1 - stopped * (1 - attendance(profile, institution, days))
    opens, closes = hours_moved(profile, institution, days)
    early, late = normal(keys(key(*named, "early"), key(*named, "late")), days)
    early = parameters["jitter"] * early + moved
    late = 1.6 * parameters["jitter"] * late - moved
    weekend_hours = free & (not has_guests(profile))
    start = parameters["start"] + early + np.where(weekend_hours, _LATER, 0.0) + opens
    stop = parameters["stop"] + hours_beyond_usual(profile) + late
    stop += closes - np.where(weekend_hours, _SOONER, 0.0)
    stop = np.minimum(stop, 27.0)
    return gate, start, stop


def usual_running(profile: SiteProfile) -> float:
    """Return the mean share of systems that run in a usual week, without heat and cold."""
    parameters, week = load_parameters(profile), usual_week(profile)
    rest, alike = resting(profile, _ORDINARY_WEEK), not has_guests(profile)
    hours = parameters["stop"] - parameters["start"] - np.where(rest & alike, _LATER + _SOONER, 0.0)
    hours = np.maximum(hours + week.longer - week.later, np.where(rest, 2.0, 4.0))
    gate = np.where(rest, parameters["weekend"], 1.0) * np.where(week.closed, 1 - _IF_CLOSED, 1.0)
    return float((gate * hours).mean()) / 24


def _levels(profile: SiteProfile, parameters: Mapping[str, float], days: Steps) -> Floats:
    """Return the factor of each day, with variation by days, weeks and seasons.

    Changes that last for months are causes.
    """
    named = (profile.seed, profile.site_id, "level")
    total = _wandering(profile, parameters, days) + _annual_wave(profile, parameters, days)
    total += parameters["weekdays"] * normal(key(*named, "weekday"), weekdays(days))
    closed = uniform(key(*named, "closed"), days) < parameters["closed"]
    closed |= closed_holidays(profile, days) & (draw(key(*named, "strict")) < _CLOSES)
    total -= np.where(closed, parameters["shut"], 0.0)
    total -= np.where(vacation(profile, days), parameters["away"], 0.0)
    factor: Floats = np.exp(np.clip(total, -1.2, 0.6))
    return factor


def _wandering(profile: SiteProfile, parameters: Mapping[str, float], days: Steps) -> Floats:
    """Return the logarithmic deviation of each day, which hardly changes from month to month."""
    named = (profile.seed, profile.site_id, "level")
    wide = extend_around(days, _HALF_MONTH)
    mood = ar(key(*named, "day"), wide, parameters["day_memory"])
    mood *= (1 + parameters["tails"] * mood * mood) / (1 + 3 * parameters["tails"])
    deviation = parameters["day"] * np.clip(mood, -_FARTHEST, _FARTHEST)
    deviation += parameters["spell"] * value_noise(key(*named, "spell"), wide / 4.5, 0.4)
    deviation += parameters["drift"] * value_noise(key(*named, "drift"), wide / 14.0, 0.75)
    deviation = less_moving_mean(deviation, _HALF_MONTH, _REMOVED)
    by_month = math.hypot(*(part * parameters[name] for name, part in _BY_MONTH.items()))
    deviation *= min(1.0, _STEADY / by_month)
    return limited(deviation, _LARGEST)


def _annual_wave(profile: SiteProfile, parameters: Mapping[str, float], days: Steps) -> Floats:
    """Return the logarithmic deviation of each day by the season."""
    named = (profile.seed, profile.site_id, "level")
    summer = draw(key(*named, "summer")) < _PEAKS_IN_SUMMER
    peak = (_MIDSUMMER if summer != profile.south else _MIDWINTER) + _AROUND * draw_normal(
        key(*named, "peak")
    )
    most = _IN_SUMMER if summer else _IN_WINTER
    _, mean, amplitude = climate_of(Sky.over(profile))
    height = most * math.tanh(parameters["winter"] / most) * min(1.0, amplitude / _SEASONAL)
    if summer:
        height *= float(np.interp(mean + amplitude, (_COLD_SUMMER, _WARM_SUMMER), (0.0, 1.0)))
    wave: Floats = height * np.cos((days - peak) * (2 * np.pi / _YEAR))
    return wave
