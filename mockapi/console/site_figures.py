"""Figures of sites: electricity, energy per area, score and data quality, computed on demand.

A thousand sites would take a minute, so each request computes a few and the others are cached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mockapi.domain.scores import MICRO, ScoreCategory, ScoreType
from mockapi.scoring.explanation import explain_daily
from mockapi.scoring.inputs import consumption
from mockapi.scoring.service import SiteScores
from mockapi.store.tables import Site
from mockapi.timeseries.intervals import floor
from mockapi.world.sites import is_scored
from mockapi.world.world import World

SITES_PER_REQUEST = 4
"""Sites that one request computes: about 300 ms."""
MONTH = 30
"""Days of the shown electricity."""
_HOUR = 3_600


@dataclass(frozen=True)
class SiteFigures:
    """Figures of one site as of the last complete day.

    *electricity* has the kWh of each of the last 60 local days, None without readings. *intensity*
    and *median* are kWh of source energy per m2 and year, of the site and of the median building of
    its type. *score* is the energy score of the last day. *missing_days* of the last 365 have no
    readings of energy, and *defects* is the number of incidents since the history begins.
    """

    last_day: int
    electricity: tuple[float | None, ...]
    intensity: float | None
    median: float | None
    score: float | None
    missing_days: int
    defects: int

    @property
    def month(self) -> tuple[float | None, ...]:
        return self.electricity[MONTH:]

    @property
    def total(self) -> float:
        """Return the kWh of the last 30 days."""
        return sum(each or 0.0 for each in self.month)

    @property
    def share_of_median(self) -> float | None:
        """Return the energy per area as a share of the median building's."""
        return self.intensity / self.median if self.intensity and self.median else None

    def daily_means(self) -> tuple[float, float] | None:
        """Return the mean kWh of the days with readings, of the previous and of the last 30 days.

        None if one of them has no readings.
        """
        parts = [
            [each for each in half if each is not None]
            for half in (self.electricity[:MONTH], self.month)
        ]
        if not all(parts):
            return None
        before, after = (sum(each) / len(each) for each in parts)
        return before, after


@dataclass
class _Cached:
    """The figures of a site, and the time as of which they are valid."""

    valid_for: "_Validity | None" = None
    figures: SiteFigures | None = None


def known_figures(world: World, site: Site) -> SiteFigures | None:
    """Return the figures of *site* if they have been computed and no reading has arrived since."""
    cached = _cache_of(world, site)
    return cached.figures if cached.valid_for == _validity(world) else None


def is_known(world: World, site: Site) -> bool:
    """Return True if the figures of *site* need no computation."""
    return site.registered_at is None or _cache_of(world, site).valid_for == _validity(world)


def compute_figures(
    world: World, sites: Iterable[Site], limit: int = SITES_PER_REQUEST
) -> Sequence[Site]:
    """Compute the figures of the first *limit* of *sites* that are not known. Return the others."""
    unknown = [each for each in sites if not is_known(world, each)]
    for site in unknown[:limit]:
        cached = _cache_of(world, site)
        validity = _validity(world)
        cached.figures = _figures_of(world, site)
        cached.valid_for = validity
    return unknown[limit:]


_Validity = tuple[int, object, object]
"""The hour of the clock, and a new object after each change of pushed readings and of scores."""


def _validity(world: World) -> _Validity:
    pushes = world.store.cached("push", "figures", object)
    scores = world.store.cached("score", "figures", object)
    return floor(world.now()) // _HOUR, pushes, scores


def _cache_of(world: World, site: Site) -> _Cached:
    return world.store.cached("site", ("figures", site.id), _Cached)


def _figures_of(world: World, site: Site) -> SiteFigures | None:
    """Return the figures of a registered *site*; None before the first complete day."""
    scores = SiteScores(world, site)
    day = scores.latest
    if day is None:
        return None
    found = explain_daily(world, site, scores, day, ScoreCategory.ENERGY)
    steps = {each.name: each.value for each in found.steps}
    validity = found.validity
    return SiteFigures(
        day,
        _daily_electricity(world, site, day),
        steps.get("intensity_src"),
        steps.get("reference_src"),
        _score(world, site, day, found.score),
        0 if validity is None else validity.window_days - validity.covered_days,
        sum(1 for _ in world.reader.incidents(site, None, None, None)),
    )


def _daily_electricity(world: World, site: Site, day: int) -> tuple[float | None, ...]:
    first = day - 2 * MONTH + 1
    days: dict[int, float] = {}
    for meter in consumption(world, site, first, day + 1, (ScoreCategory.ELECTRICITY,)):
        # The last revision of each day counts.
        latest = {each.day: each.amount for each in meter.revisions}
        for at, amount in latest.items():
            if amount is not None:
                days[at] = days.get(at, 0.0) + amount / MICRO
    return tuple(days.get(each) for each in range(first, day + 1))


def _score(world: World, site: Site, day: int, computed: float | None) -> float | None:
    """Return the score that the API returns for *day*: a posted one replaces the computed one."""
    energy = {ScoreCategory.ENERGY}
    if ScoreCategory.ENERGY not in world.edition.partner_categories:
        return None
    iso_date = date.fromordinal(day).isoformat()
    for each in world.store.scores(site.id, {ScoreType.DAILY}, energy):
        if each.date == iso_date:
            return each.score
    return computed if is_scored(world, site) else None
