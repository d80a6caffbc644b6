"""Computation of the figures of sites from their readings.

A thousand sites would take a minute, so each request computes a few.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import zip_longest

import numpy as np

from mockapi.console.amounts import amounts_of, compare
from mockapi.console.comparison import total_of
from mockapi.console.site_figures import (
    ALL_GROUPS,
    MONTH,
    Electricity,
    EnergyScore,
    FigureGroup,
    cache_of,
    is_known,
    validity_of,
)
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

_DAY = 86_400


def sites_per_request(groups: Collection[FigureGroup]) -> int:
    """Return the sites that one request computes: about 300 ms."""
    # A score needs the readings of all energy meters of a year.
    return 4 if FigureGroup.SCORE in groups else 16


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
        cached = cache_of(world, site)
        for group in groups:
            if is_known(world, site, (group,)):
                continue
            validity = validity_of(world)
            if group is FigureGroup.ELECTRICITY:
                cached.electricity = _electricity(world, site)
            else:
                cached.energy = _energy_score(world, site)
            cached.valid_for[group] = validity
    return unknown[end:]


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
