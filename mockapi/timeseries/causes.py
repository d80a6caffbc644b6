"""Causes of changed levels of a site's readings that last weeks or months."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mockapi.timeseries.intervals import STEP, STEPS_PER_DAY
from mockapi.timeseries.models.attendance import lasting_closures
from mockapi.timeseries.models.calendar import spans, vacation_rules
from mockapi.timeseries.models.changes import cause_data, causes
from mockapi.timeseries.models.inputs import Changing, MeterModel, SiteProfile
from mockapi.timeseries.models.load_parameters import load_parameters
from mockapi.timeseries.models.occupancy import patterns, people_in_vacation
from mockapi.timeseries.models.registry import has_leaks
from mockapi.timeseries.models.water import leak_factor, leaks

_LEAST_LEAK, _SHORTEST_LEAK = 0.1, 3 * STEPS_PER_DAY
"""Share of the other water, and steps, from which a leak counts as a cause."""

_EMPTY = 0.85
"""Share of the usual people and load above which vacations do not count as a cause."""


@dataclass(frozen=True)
class SiteCause:
    """A cause of changed readings in [*begins*, *ends*), with the factor of each affected value.

    Without *ends* it lasts. Of `hours`, the difference of each day is given instead of a factor.
    """

    kind: str
    description: str
    begins: datetime
    ends: datetime | None
    factors: Mapping[Changing, float]


def causes_of(
    profile: SiteProfile, meters: Iterable[MeterModel], since: datetime, until: datetime
) -> Sequence[SiteCause]:
    """Return the causes at a site that overlap [*since*, *until*], in the order of their begins.

    *meters* are those of the site. A cause that lasts is returned if it begins in this time,
    because it changes nothing later.
    """
    first, end = (int(at.timestamp()) // STEP for at in (since, until))
    found = [
        *_drawn(profile, first, end + 1),
        *_vacations(profile, first, end + 1),
        *_shutdowns(profile, first, end + 1),
        *_leaks(next((each for each in meters if has_leaks(each)), None), first, end + 1),
    ]
    return sorted(found, key=lambda each: each.begins)


def _drawn(profile: SiteProfile, first: int, end: int) -> Sequence[SiteCause]:
    return [
        SiteCause(
            each.kind,
            cause_data().cause[each.kind].description,
            _at(each.first),
            None if each.end is None else _at(each.end),
            _rounded({change.what: change.amount for change in each.changes}),
        )
        for each in causes(profile, first, end)
        if each.end is not None or each.first >= first
    ]


def _vacations(profile: SiteProfile, first: int, end: int) -> Sequence[SiteCause]:
    """Return the vacations of schools or the university, for sites that are less used in them."""
    parameters, people = load_parameters(profile), people_in_vacation(profile)
    keep = parameters["keep"]
    activity = 1 - keep * (1 - people) - (1 - keep) * parameters["vacation"]
    left = (1 - (1 - activity) * (1 - parameters["night"])) * math.exp(-parameters["away"])
    if min(people, left) > _EMPTY:
        return ()
    days = first // STEPS_PER_DAY, end // STEPS_PER_DAY + 1
    return [
        SiteCause(
            "school_vacation",
            "Vacation or no lectures: people are away, and fewer systems run.",
            _midnight(profile.timezone, begin),
            _midnight(profile.timezone, stop),
            _rounded({"people": people, "electricity": left}),
        )
        for begin, stop in spans(vacation_rules(profile), *days)
    ]


def _shutdowns(profile: SiteProfile, first: int, end: int) -> Sequence[SiteCause]:
    """Return the weeks in which most people of the country's offices do not work."""
    institution = patterns()[profile.building].institution
    days = first // STEPS_PER_DAY, end // STEPS_PER_DAY + 1
    return [
        SiteCause(
            "shutdown",
            "Most people of the country have time off.",
            _midnight(profile.timezone, begin),
            _midnight(profile.timezone, stop),
            _rounded({"people": share}),
        )
        for begin, stop, share in lasting_closures(profile, institution, *days)
    ]


def _leaks(meter: MeterModel | None, first: int, end: int) -> Sequence[SiteCause]:
    """Return the leaks of a site that are not small and not short, as its *meter* measures them."""
    if meter is None:
        return ()
    found = [
        (each, leak_factor(meter, each))
        for each in leaks(meter.profile, first, end)
        if each.end - each.first >= _SHORTEST_LEAK
    ]
    return [
        SiteCause(
            "leak",
            "Water leaks until the leak is found.",
            _at(leak.first),
            _at(leak.end),
            _rounded({"water": factor}),
        )
        for leak, factor in found
        if factor >= 1 + _LEAST_LEAK
    ]


def _rounded(factors: Mapping[Changing, float]) -> Mapping[Changing, float]:
    """Return *factors* rounded, without those that change nothing."""
    rounded = {what: round(by, 4) for what, by in factors.items()}
    return {what: by for what, by in rounded.items() if by != (0 if what == "hours" else 1)}


def _midnight(timezone: str, day: int) -> datetime:
    """Return when *day*, counted from 1970, begins in *timezone*."""
    local = datetime(1970, 1, 1, tzinfo=ZoneInfo(timezone)) + timedelta(days=day)
    return local.astimezone(UTC)


def _at(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP, UTC)
