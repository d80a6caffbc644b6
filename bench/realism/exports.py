"""Sites of every building type and climate, and exports of a year of their readings."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from mockapi.domain.buildings import Place, climate_at, climates, places
from mockapi.domain.timestamps import Interval
from mockapi.export.readings import ExportRequest, ExportWindow, export
from mockapi.export.sinks import OneFile
from mockapi.export.writers import ExportFormat
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.time_axis import offsets_of
from mockapi.world.sites import all_sites
from mockapi.world.world import World

HOUR, QUARTER, DAY = Interval.HOUR, Interval.QUARTER_HOUR, Interval.DAY
GRID = "Purchased from Grid"

WINTER, SUMMER = 1_735_689_600, 1_751_328_000  # in 2025

KINDS: Mapping[str, tuple[str, str, Interval]] = {
    "electricity": (GRID, "Active Energy", HOUR),
    "reactive": (GRID, "Reactive Energy", HOUR),
    "solar": ("Generated onsite - solar", "Active Energy", HOUR),
    "offsite": ("Generated offsite - renewable", "Active Energy", HOUR),
    "heat": ("Natural Gas", "Fuel Volume", HOUR),
    "steam": ("District Steam", "Fuel Volume", HOUR),
    "cool": ("District Chilled Water (Electric Driven Chiller)", "Fuel Volume", HOUR),
    "diesel": ("Diesel", "Fuel Volume", HOUR),
    "water": ("Municipality supplied potable water", "Water Volume", HOUR),
    "waste": ("Waste Generated", "Weight", DAY),
    "co2": ("CO2", "CO2 Concentration", QUARTER),
    "co2_raw": ("CO2 - Raw", "CO2 Concentration", QUARTER),
    "temperature": ("CO2", "Zone Temperature", QUARTER),
    "humidity": ("CO2", "Humidity", QUARTER),
}
"""Kinds of series: usage, measurement, and the interval at which they are judged."""


@dataclass(frozen=True)
class Region:
    """A climate in one hemisphere, and the places that have it."""

    climate: str
    south: bool
    places: tuple[Place, ...]

    def __str__(self) -> str:
        return f"{self.climate} {'south' if self.south else 'north'}"


@cache
def regions() -> Sequence[Region]:
    """Return each climate in each hemisphere where a known city has it."""
    found: dict[tuple[str, bool], list[Place]] = defaultdict(list)
    for place in places().values():
        climate, _, _ = climate_at(place.latitude, place.longitude, place.elevation)
        name = next(name for name, each in climates().climate.items() if each is climate)
        found[name, place.latitude < 0].append(place)
    return [Region(*key, tuple(value)) for key, value in sorted(found.items())]


def scenario(sites: Sequence[tuple[str, str]], kinds: Sequence[str]) -> str:
    """Return a scenario of *sites*, each a building type and a city, that meters *kinds*."""
    measured: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        usage, measurement, _ = KINDS[kind]
        measured[usage].append(measurement)
    meters = [
        {"usage": usage, "measurements": [{"name": name} for name in names]}
        for usage, names in measured.items()
    ]
    listed = [{"building": building, "city": city, "meters": meters} for building, city in sites]
    return yaml.safe_dump({"sites": listed}, allow_unicode=True)


@dataclass(frozen=True)
class Exported:
    """One series in a file, and the facts of its site that the judge needs."""

    path: Path
    kind: str
    building: str
    area: int | None
    latitude: float | None


def exported(
    text: str, seed: int, kinds: Sequence[str], year: int, folder: Path
) -> Iterator[Exported]:
    """Yield a file of one local year for each kind of each site of the scenario *text*."""
    path = folder / f"judged-{seed}.yaml"
    path.write_text(text, "utf-8")
    window = ExportWindow.of(str(year), str(year + 1), local=True)
    with closing(World.open(Settings(scenario=str(path), seed=seed))) as world:
        for site in all_sites(world):
            by_kind = {kind_of(each): each for each in world.reader.channels(site, always=True)}
            for kind in kinds:
                file = folder / f"{site.id}.{kind}.csv"
                export(
                    world,
                    ExportRequest(
                        [site], window, interval_of(kind, site), keys=frozenset([by_kind[kind].key])
                    ),
                    OneFile(ExportFormat.CSV, file),
                )
                yield Exported(file, kind, site.building or "", site.gross_area, site.latitude)


def interval_of(kind: str, site: Site) -> Interval:
    """Return the interval at which *kind* is judged.

    An hour of UTC is none of the wall clock where clocks are off by a half or a quarter.
    """
    interval = KINDS[kind][2]
    offsets = offsets_of(site.timezone or "UTC", np.array([WINTER, SUMMER]))
    return QUARTER if interval is HOUR and (offsets % 3_600).any() else interval


def kind_of(channel: MeterChannel) -> str:
    """Return the kind of a channel."""
    asked = (channel.meter.usage, channel.measurement.name)
    return next(kind for kind, each in KINDS.items() if each[:2] == asked)
