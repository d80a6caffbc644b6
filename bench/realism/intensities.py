"""Yearly use per m2 of fleets of sites, compared with published means of the building stock."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from exports import KINDS, scenario
from judge import Range, ranges

from mockapi.domain.buildings import places
from mockapi.domain.timestamps import Interval
from mockapi.settings import Settings
from mockapi.timeseries.models.submeters import values_from
from mockapi.world.sites import all_sites
from mockapi.world.world import World

SITES = 24
SEED = 2_000
YEARS_FIRST, DAYS = 20_089, 365
"""The days of 2025, counted from 1970."""


@dataclass(frozen=True)
class Comparison:
    """Intensities of a fleet of one type, and the published means."""

    kind: str
    building: str
    published: Range
    made: np.ndarray

    @property
    def passed(self) -> bool:
        return bool(self.published[0] / 2 <= self.made.mean() <= self.published[1] * 2)


def comparisons(kind: str) -> Iterator[Comparison]:
    """Yield a comparison of *kind* for each type with published means."""
    stock = ranges()["intensity"][kind]
    for building, published in stock["means"].items():
        made = np.array(list(fleet_of(kind, building, stock["country"])))
        yield Comparison(kind, building, tuple(published), made)


def fleet_of(kind: str, building: str, country: str) -> Iterator[float]:
    """Yield the yearly use per m2 of sites of a type, in cities of a country by turns."""
    cities = [name for name, place in places().items() if place.country == country]
    sites = [(building, cities[number % len(cities)]) for number in range(SITES)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.yaml"
        path.write_text(scenario(sites, [kind]), "utf-8")
        with closing(World.open(Settings(scenario=str(path), seed=SEED))) as world:
            for site in all_sites(world):
                (channel,) = world.reader.channels(site, always=True)
                if channel.stream is None:
                    raise ValueError(f"{KINDS[kind]} has no model.")
                days = values_from(channel.stream.model, Interval.DAY, YEARS_FIRST, DAYS)
                yield float(days.sum()) / (site.gross_area or 1)


def print_comparisons() -> bool:
    """Print a table of all comparisons, and return whether all of them pass."""
    every = True
    for kind, stock in ranges()["intensity"].items():
        print(f"\n{kind}, {stock['unit']} and year; {stock['source']}")
        print(f"{'':14}{'published means':>18}{'mean':>8}{'10 %':>8}{'90 %':>8}")
        for each in comparisons(kind):
            low, high = each.published
            tenth, most = np.percentile(each.made, [10, 90])
            print(
                f"{each.building:14}{f'{low:g} to {high:g}':>18}{each.made.mean():8.2f}"
                f"{tenth:8.2f}{most:8.2f}  {'PASS' if each.passed else 'FAIL'}",
                flush=True,
            )
            every &= each.passed
    return every
