"""Draws where the sites of a world are, on a map of coastlines."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from mockapi.resources import DATA
from mockapi.store.tables.sites import Site

_A_DEGREE = 5
"""Units of the drawing."""
_WIDEST, _HIGHEST = 360.0, 150.0
_LEAST = 30.0
_MARGIN = 0.12
_SHAPE = 2.2
"""Width by height."""
_NORTH, _SOUTH = 84.0, -60.0


@dataclass(frozen=True)
class Dot:
    """The sites of one town; *x*, *y* and *radius* in the units of the drawing."""

    x: float
    y: float
    radius: float
    label: str
    town: str


@dataclass(frozen=True)
class WorldMap:
    """The part of the world that holds all dots, as SVG has it."""

    view_box: str
    coastlines: str
    stroke: float
    dots: Sequence[Dot]
    towns: int
    unplaced: int


def world_map(sites: Iterable[Site]) -> WorldMap:
    """Return the map of *sites*, the smallest one that shows them all."""
    towns: dict[tuple[float, float], list[Site]] = {}
    unplaced = 0
    for site in sites:
        if site.latitude is None or site.longitude is None:
            unplaced += 1
            continue
        towns.setdefault((round(site.longitude), round(site.latitude)), []).append(site)
    left, top, width, height = _part(list(towns))
    # A dot is a hundredth of the width, and grows with the root of what it stands for.
    unit = width * _A_DEGREE / 110
    most = max((len(each) for each in towns.values()), default=1)
    dots = [
        Dot(
            round(longitude * _A_DEGREE, 1),
            round(-latitude * _A_DEGREE, 1),
            round(unit * (0.55 + 0.75 * math.sqrt(len(here) / most)), 2),
            _label(here),
            here[0].city or "",
        )
        for (longitude, latitude), here in sorted(towns.items(), key=lambda each: -len(each[1]))
    ]
    return WorldMap(
        view_box=" ".join(f"{each * _A_DEGREE:.1f}" for each in (left, top, width, height)),
        coastlines=_coastlines(),
        stroke=round(width * _A_DEGREE / 1400, 2),
        dots=dots,
        towns=len(towns),
        unplaced=unplaced,
    )


def _label(sites: Sequence[Site]) -> str:
    town = ", ".join(filter(None, (sites[0].city, sites[0].country_iso_code))) or "No address"
    return f"{town}: {len(sites)} sites" if len(sites) > 1 else f"{town}: {sites[0].name}"


def _part(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return left, top, width and height in degrees, y to the south, around *places*."""
    if not places:
        return -180.0, -_NORTH, _WIDEST, _NORTH - _SOUTH
    xs, ys = [x for x, _ in places], [-y for _, y in places]
    width = min(_WIDEST, max(_LEAST, (max(xs) - min(xs)) * (1 + 2 * _MARGIN)))
    height = min(_HIGHEST, max(_LEAST / _SHAPE, (max(ys) - min(ys)) * (1 + 2 * _MARGIN)))
    width, height = max(width, min(_WIDEST, height * _SHAPE)), max(height, width / _SHAPE)
    left = _kept((max(xs) + min(xs) - width) / 2, -180.0, 180.0 - width)
    top = _kept((max(ys) + min(ys) - height) / 2, -_NORTH, -_SOUTH - height)
    return left, top, width, height


def _kept(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


@cache
def _coastlines() -> str:
    lines = (DATA / "coastlines.txt").read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))
