"""Figures of sites that are known: electricity, energy per area, score and data quality.

`figure_computation` computes them. This module does not import numpy, because the first page does
not need it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum, auto

from mockapi.console.comparison import Comparison
from mockapi.store.tables import Site
from mockapi.timeseries.intervals import floor
from mockapi.world.world import World

MONTH = 30
"""Days of the shown electricity."""
_HOUR = 3_600


class FigureGroup(Enum):
    """Figures that are computed together."""

    ELECTRICITY = auto()
    SCORE = auto()


ALL_GROUPS = frozenset(FigureGroup)


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
class CachedFigures:
    """The figures of a site, and the time as of which each group is valid."""

    valid_for: "dict[FigureGroup, Validity]" = field(default_factory=dict)
    electricity: Electricity | None = None
    energy: EnergyScore | None = None


def known_figures(world: World, site: Site) -> SiteFigures:
    """Return the figures of *site* that have been computed since the last reading arrived."""
    cached, validity = cache_of(world, site), validity_of(world)

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
    cached, validity = cache_of(world, site), validity_of(world)
    return all(cached.valid_for.get(each) == validity for each in groups)


Validity = tuple[int, object, object]
"""The hour of the clock, and a new object after each change of pushed readings and of scores."""


def validity_of(world: World) -> Validity:
    """Return as of when figures of *world* are valid that are computed now."""
    pushes = world.store.cached("push", "figures", object)
    scores = world.store.cached("score", "figures", object)
    return floor(world.now()) // _HOUR, pushes, scores


def cache_of(world: World, site: Site) -> CachedFigures:
    """Return the cached figures of *site*, until the next change of a site."""
    return world.store.cached("site", ("figures", site.id), CachedFigures)
