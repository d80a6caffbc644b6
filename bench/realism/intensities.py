"""Figures per year of fleets of sites, compared with published means."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from exports import KINDS, regions, scenario
from judge import Range, ranges

from mockapi.domain.buildings import places
from mockapi.domain.timestamps import Interval
from mockapi.settings import Settings
from mockapi.timeseries.models.inputs import MeterModel
from mockapi.timeseries.models.submeters import values_from
from mockapi.timeseries.time_axis import offsets_of
from mockapi.world.sites import all_sites
from mockapi.world.world import World

SITES = 24
SEED = 2_000
YEAR_FIRST, DAYS = 20_089, 365
"""The days of 2025, counted from 1970."""

OUTDOORS = 425.5
"""ppm of CO2 of outdoor air in 2025."""


@dataclass(frozen=True)
class Comparison:
    """Figures of the sites of a fleet, and the range that their mean should be in."""

    building: str
    published: Range
    expected: Range
    made: np.ndarray

    @property
    def passed(self) -> bool:
        return bool(self.expected[0] <= self.made.mean() <= self.expected[1])


def comparisons(stock: Mapping[str, Any]) -> Iterator[Comparison]:
    """Yield a comparison for each type with published means."""
    for building, (low, high) in stock["means"].items():
        made = np.array(list(fleet_of(stock, building))) / stock.get("divisor", 1.0)
        expected = (low / stock["slack"], high * stock["slack"])
        yield Comparison(building, (low, high), expected, made)


def fleet_of(stock: Mapping[str, Any], building: str) -> Iterator[float]:
    """Yield the figure of each of several sites of a type, in the cities of *stock* by turns."""
    cities = cities_of(stock["country"], stock.get("climates"))
    sites = [(building, cities[number % len(cities)]) for number in range(SITES)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.yaml"
        path.write_text(scenario(sites, [stock["kind"]]), "utf-8")
        with closing(World.open(Settings(scenario=str(path), seed=SEED))) as world:
            for site in all_sites(world):
                channel = next(world.reader.channels(site, always=True))
                if channel.stream is None or not isinstance(channel.stream.model, MeterModel):
                    raise ValueError(f"{KINDS[stock['kind']]} has no model.")
                yield MEASURES[stock["measure"]](channel.stream.model)


def cities_of(country: str, climates: list[str] | None) -> list[str]:
    """Return the known cities of a country, or those in some climates."""
    near = [
        place.city
        for region in regions()
        if climates is None or region.climate in climates
        for place in region.places
    ]
    return [name for name, place in places().items() if place.country == country and name in near]


def total(model: MeterModel) -> float:
    return float(values_from(model, Interval.DAY, YEAR_FIRST, DAYS).sum())


def occupied_excess(model: MeterModel) -> float:
    """Return the mean CO2 of weekdays from 9 to 17 h less that of outdoor air, in ppm."""
    hours = YEAR_FIRST * 24 + np.arange(DAYS * 24)
    read = values_from(model, Interval.HOUR, int(hours[0]), len(hours))
    local = hours + offsets_of(model.profile.timezone, hours * 3_600) // 3_600
    # 1970 began on a Thursday.
    weekday, hour = (local // 24 + 3) % 7, local % 24
    return float(read[(weekday < 5) & (hour >= 9) & (hour < 17)].mean()) - OUTDOORS


MEASURES: Mapping[str, Callable[[MeterModel], float]] = {
    "per_m2": lambda model: total(model) / model.profile.area,
    "per_kwp": lambda model: total(model) / model.profile.solar_kwp,
    "occupied_excess": occupied_excess,
}


def print_comparisons() -> bool:
    """Print a table of all comparisons, and return whether all of them pass."""
    every = True
    for stock in ranges()["intensity"]:
        print(f"\n{stock['unit']}, one year; {stock['source']}")
        print(f"{'':14}{'published':>16}{'expected':>18}{'mean':>9}{'10 %':>9}{'90 %':>9}")
        for each in comparisons(stock):
            published, expected = (
                f"{low:.4g} to {high:.4g}" for low, high in (each.published, each.expected)
            )
            tenth, most = np.percentile(each.made, [10, 90])
            print(
                f"{each.building:14}{published:>16}{expected:>18}{each.made.mean():9.2f}"
                f"{tenth:9.2f}{most:9.2f}  {'PASS' if each.passed else 'FAIL'}",
                flush=True,
            )
            every &= each.passed
    return every
