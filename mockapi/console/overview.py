"""Figures of the tiles of the home page, of all sites together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from mockapi.console.comparison import total_of
from mockapi.console.site_figures import MONTH, Electricity, FigureGroup, is_known, known_figures
from mockapi.store.tables import Site
from mockapi.world.world import World

MOST_SITES = 50
"""Sites that the tiles compute by themselves. More would take longer than a viewer waits."""

# assumption: a home uses 3,500 kWh of electricity per year, as a household in Europe does.
_KWH_PER_HOME = 3_500
_DAYS_PER_YEAR = 365
_THREE_DIGITS = 100
_THOUSAND = 1_000
_UNITS = ("kWh", "MWh", "GWh", "TWh")


@dataclass(frozen=True)
class Overview:
    """Figures of sites that send readings.

    Of the *registered* sites, the electricity of *counted* and the scores of *assessed* are known.

    *days* has the kWh of each of the last 30 days, extrapolated if some sites have no readings of
    it, None if most have none.
    *kwh* is the total of the sites, and *change* that of the hours that the 30 days before also
    have, in percent. *mean_score* is the mean of the *scored* computed scores, as `average` of the
    API; *lowest* is the lowest of those that no posted score replaces.
    """

    registered: int
    counted: int
    pending: bool
    days: Sequence[float | None]
    kwh: float
    change: float | None
    assessed: int
    mean_score: float | None
    scored: int
    lowest: Site | None
    lowest_score: float | None

    @property
    def homes(self) -> int:
        """Return the number of homes that use as much electricity."""
        return round(self.kwh * _DAYS_PER_YEAR / MONTH / _KWH_PER_HOME)


def overview_of(world: World, sites: Sequence[Site]) -> Overview:
    """Return the figures of the *sites* that are known without computation."""
    registered = [each for each in sites if each.registered_at is not None]
    known = [(each, known_figures(world, each)) for each in registered]
    electricity = [each.electricity for _, each in known if each.electricity]
    energy = [(site, each.energy) for site, each in known if each.energy]
    scores = [each.computed for _, each in energy if each.computed is not None]
    explained = [
        (each.computed, site)
        for site, each in energy
        if each.computed is not None and not each.is_posted
    ]
    lowest = min(explained, key=lambda each: each[0], default=None)
    compared = [each.comparison for each in electricity]
    return Overview(
        registered=len(registered),
        counted=len(electricity),
        pending=not all(is_known(world, each) for each in registered[:MOST_SITES]),
        days=sum_of_days(electricity),
        kwh=sum(each.total for each in electricity),
        change=total_of(compared).change,
        assessed=sum(is_known(world, each, (FigureGroup.SCORE,)) for each in registered),
        mean_score=sum(scores) / len(scores) if scores else None,
        scored=len(scores),
        lowest=None if lowest is None else lowest[1],
        lowest_score=None if lowest is None else lowest[0],
    )


def sum_of_days(electricity: Sequence[Electricity]) -> Sequence[float | None]:
    """Return the sum of each day, extrapolated from sites with readings to all of them."""
    usual = [_mean([kwh for kwh in each.days if kwh is not None]) for each in electricity]
    sums: list[float | None] = []
    for index in range(MONTH):
        known = [
            (kwh, mean)
            for each, mean in zip(electricity, usual, strict=True)
            if (kwh := each.days[index]) is not None
        ]
        expected = sum(mean for _, mean in known)
        is_known = len(known) * 2 > len(electricity) and expected > 0
        sums.append(sum(kwh for kwh, _ in known) / expected * sum(usual) if is_known else None)
    return sums


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def format_energy(kwh: float) -> tuple[str, str]:
    """Return *kwh* with three digits, and its unit."""
    unit = 0
    while kwh >= _THOUSAND and unit < len(_UNITS) - 1:
        kwh, unit = kwh / _THOUSAND, unit + 1
    return f"{kwh:,.3g}" if kwh < _THREE_DIGITS else f"{kwh:,.0f}", _UNITS[unit]


_HEIGHT, _STEP = 32, 4
_STROKE = 1.5


class Sparkline(NamedTuple):
    """Paths of an SVG of 116 by 32 units for 30 values: the line, and the area below it."""

    line: str
    area: str


def sparkline(values: Sequence[float | None]) -> Sparkline:
    """Return the sparkline of *values*. None interrupts it.

    The scale begins at 0, so that a small change looks small.
    """
    most = max((each for each in values if each is not None), default=0.0) or 1.0
    heights = [None if each is None else each / most * (_HEIGHT - 2 * _STROKE) for each in values]
    lines, areas = [], []
    for is_gap, run in groupby(enumerate(heights), lambda each: each[1] is None):
        if is_gap:
            continue
        # Whole units and differences, because a page can have 50 sparklines.
        points = [(index, round(_HEIGHT - _STROKE - (each or 0.0))) for index, each in run]
        first, top = points[0]
        steps = "".join(
            f"l{_STEP} {after - before}" for (_, before), (_, after) in pairwise(points)
        )
        lines.append(f"M{first * _STEP} {top}{steps}")
        areas.append(f"M{first * _STEP} {_HEIGHT}V{top}{steps}V{_HEIGHT}H{first * _STEP}")
    return Sparkline("".join(lines), "".join(areas))
