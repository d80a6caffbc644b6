"""Figures of sites: electricity, energy per area, score and data quality, computed on demand.

A thousand sites would take a minute, so each request computes a few and the others are cached.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, auto
from itertools import zip_longest

import numpy as np

from mockapi.console.amounts import Comparison, amounts_of, compare, total_of
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.domain.timestamps import Interval
from mockapi.scoring.explanation import explain_daily
from mockapi.scoring.inputs import scored_channels
from mockapi.scoring.service import SiteScores
from mockapi.store.tables import Site
from mockapi.timeseries.intervals import floor
from mockapi.timeseries.readings import Readings
from mockapi.world.sites import is_scored
from mockapi.world.world import World

MONTH = 30
"""Days of the shown electricity."""
_HOUR, _DAY = 3_600, 86_400


class FigureGroup(Enum):
    """Figures that are computed together."""

    ELECTRICITY = auto()
    SCORE = auto()


ALL_GROUPS = frozenset(FigureGroup)


def sites_per_request(groups: Collection[FigureGroup]) -> int:
    """Return the sites that one request computes: about 300 ms."""
    # A score needs the readings of all energy meters of a year.
    return 4 if FigureGroup.SCORE in groups else 16


@dataclass(frozen=True)
class Electricity:
    """Electricity of the last 30 times 24 hours, as of now.

    *total* is the kWh of the readings that have arrived. *days* has the kWh of each 24 hours,
    extrapolated from their readings, None if most are missing. *comparison* is with the 30 days
    before.
    """

    total: float
    days: tuple[float | None, ...]
    comparison: Comparison


@dataclass(frozen=True)
class EnergyScore:
    """Energy score of the last scored day, and what it rests on.

    *intensity* and *median* are kWh of source energy per m2 and year, of the site and of the median
    building of its type. *score* is the one that the API returns; it differs from the *computed*
    one if a partner posted it. *missing_days* of the last 365 have no readings of energy, and
    *defects* is the number of incidents since the history begins.
    """

    intensity: float | None
    median: float | None
    score: float | None
    computed: float | None
    is_posted: bool
    missing_days: int
    defects: int

    @property
    def share_of_median(self) -> float | None:
        """Return the energy per area as a share of the median building's."""
        return self.intensity / self.median if self.intensity and self.median else None


@dataclass(frozen=True)
class SiteFigures:
    """Known figures of one site; None if unknown or without readings."""

    electricity: Electricity | None = None
    energy: EnergyScore | None = None


@dataclass
class _Cached:
    """The figures of a site, and the time as of which each group is valid."""

    valid_for: "dict[FigureGroup, _Validity]" = field(default_factory=dict)
    electricity: Electricity | None = None
    energy: EnergyScore | None = None


def known_figures(world: World, site: Site) -> SiteFigures:
    """Return the figures of *site* that have been computed since the last reading arrived."""
    cached, validity = _cache_of(world, site), _validity(world)

    def is_valid(group: FigureGroup) -> bool:
        return cached.valid_for.get(group) == validity

    return SiteFigures(
        cached.electricity if is_valid(FigureGroup.ELECTRICITY) else None,
        cached.energy if is_valid(FigureGroup.SCORE) else None,
    )


def is_known(world: World, site: Site, groups: Collection[FigureGroup] = ALL_GROUPS) -> bool:
    """Return True if the figures of *site* need no computation."""
    if site.registered_at is None:
        return True
    cached, validity = _cache_of(world, site), _validity(world)
    return all(cached.valid_for.get(each) == validity for each in groups)


def compute_figures(
    world: World,
    sites: Iterable[Site],
    groups: Collection[FigureGroup] = ALL_GROUPS,
    limit: int | None = None,
) -> Sequence[Site]:
    """Compute figures of the first sites that are not known. Return the others.

    The default of *limit* is `sites_per_request`.
    """
    unknown = [each for each in sites if not is_known(world, each, groups)]
    end = sites_per_request(groups) if limit is None else limit
    for site in unknown[:end]:
        cached = _cache_of(world, site)
        for group in groups:
            if is_known(world, site, (group,)):
                continue
            validity = _validity(world)
            if group is FigureGroup.ELECTRICITY:
                cached.electricity = _electricity(world, site)
            else:
                cached.energy = _energy_score(world, site)
            cached.valid_for[group] = validity
    return unknown[end:]


_Validity = tuple[int, object, object]
"""The hour of the clock, and a new object after each change of pushed readings and of scores."""


def _validity(world: World) -> _Validity:
    pushes = world.store.cached("push", "figures", object)
    scores = world.store.cached("score", "figures", object)
    return floor(world.now()) // _HOUR, pushes, scores


def _cache_of(world: World, site: Site) -> _Cached:
    return world.store.cached("site", ("figures", site.id), _Cached)


def _electricity(world: World, site: Site) -> Electricity | None:
    """Return the electricity of a registered *site*; None without readings."""
    until, month = world.now(), timedelta(days=MONTH)
    since = until - month
    total, days, comparisons = 0.0, [], []
    for channel in scored_channels(world, site, (ScoreCategory.ELECTRICITY,)):
        found = amounts_of(world, channel, since, until)
        earlier = amounts_of(world, channel, since - month, since)
        if len(found):
            total += float(found.values.sum())
            interval = Interval.DAY if channel.interval is Interval.MONTH else channel.interval
            days.append(list(_days(found, floor(since), timedelta(days=1) // interval.length)))
            comparisons.append(compare(found, earlier, month))
    if not days:
        return None
    return Electricity(
        total,
        tuple(_sum(each) for each in zip_longest(*days)),
        total_of(comparisons),
    )


def _days(found: Readings, begin: int, per_day: int) -> Iterator[float | None]:
    """Yield the amount of each of 30 days from *begin* on, extrapolated to *per_day* readings."""
    places = np.minimum((found.dates - begin) // _DAY, MONTH - 1)
    sums = np.bincount(places, found.values, MONTH)
    counts = np.bincount(places, minlength=MONTH)
    for amount, count in zip(sums.tolist(), counts.tolist(), strict=True):
        yield amount / count * per_day if count * 2 > per_day else None


def _sum(amounts: Sequence[float | None]) -> float | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if known else None


def _energy_score(world: World, site: Site) -> EnergyScore | None:
    """Return the energy score of a registered *site*; None before the first scored day."""
    scores = SiteScores(world, site)
    day = scores.latest
    if day is None:
        return None
    found = explain_daily(world, site, scores, day, ScoreCategory.ENERGY)
    steps = {each.name: each.value for each in found.steps}
    validity = found.validity
    computed = found.score if is_scored(world, site) else None
    posted = _posted_score(world, site, day)
    is_published = ScoreCategory.ENERGY in world.edition.partner_categories
    return EnergyScore(
        steps.get("intensity_src"),
        steps.get("reference_src"),
        (computed if posted is None else posted) if is_published else None,
        computed,
        posted is not None,
        0 if validity is None else validity.window_days - validity.covered_days,
        sum(1 for _ in world.reader.incidents(site, None, None, None)),
    )


def _posted_score(world: World, site: Site, day: int) -> float | None:
    """Return the score that a partner posted for *day*; it replaces the computed one."""
    iso_date = date.fromordinal(day).isoformat()
    posted = world.store.scores(site.id, {ScoreType.DAILY}, {ScoreCategory.ENERGY})
    return next((each.score for each in posted if each.date == iso_date), None)
