"""Map of the sites of a world, with markers of places that are close together merged."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from mockapi.resources import DATA
from mockapi.store.tables import Site

_UNITS_PER_DEGREE = 5
"""SVG units per degree."""
_MAX_WIDTH, _MAX_HEIGHT = 360.0, 150.0
_MIN_WIDTH = 30.0
_MARGIN = 0.12
_ASPECT_RATIO = 2.2
_NORTH, _SOUTH = 84.0, -60.0


_WIDE, _NARROW = 0.018, 0.036
"""Radius of a marker as a share of the map's width, on wide and on narrow screens."""

Point = tuple[int, int]
"""Longitude and latitude of a town, in whole degrees."""


@dataclass(frozen=True)
class Marker:
    """The sites of a town and of those around it. *x* and *y* are in SVG units.

    *query* selects them on the page of sites.
    """

    x: int
    y: int
    count: int
    label: str
    query: str


@dataclass(frozen=True)
class WorldMap:
    """Section of the world map that contains all markers, as SVG attributes.

    The markers are those for wide and for narrow screens, whose radii are in SVG units.
    """

    view_box: str
    coastlines: str
    stroke: float
    wide: Sequence[Marker]
    narrow: Sequence[Marker]
    radius: float
    narrow_radius: float
    towns: int
    unplaced: int


def world_map(sites: Iterable[Site]) -> WorldMap:
    """Return the smallest map that shows all *sites*."""
    towns: dict[Point, list[Site]] = {}
    unplaced = 0
    for site in sites:
        if site.latitude is None or site.longitude is None:
            unplaced += 1
            continue
        towns.setdefault((round(site.longitude), round(site.latitude)), []).append(site)
    left, top, width, height = _bounds(list(towns))
    in_units = width * _UNITS_PER_DEGREE
    return WorldMap(
        view_box=" ".join(f"{each * _UNITS_PER_DEGREE:.1f}" for each in (left, top, width, height)),
        coastlines=_coastlines(),
        stroke=round(in_units / 1400, 2),
        wide=_markers(towns, 2 * _WIDE * width),
        narrow=_markers(towns, 2 * _NARROW * width),
        radius=round(_WIDE * in_units, 2),
        narrow_radius=round(_NARROW * in_units, 2),
        towns=len(towns),
        unplaced=unplaced,
    )


def _markers(towns: Mapping[Point, Sequence[Site]], distance: float) -> Sequence[Marker]:
    """Return markers that are at least *distance* apart, in degrees.

    Each is at the town with the most sites, and has the sites of the towns around it.
    """
    groups: dict[Point, list[Point]] = {}
    for point in sorted(towns, key=lambda each: -len(towns[each])):
        near = min(groups, key=lambda each: math.dist(point, each), default=point)
        if near in groups and math.dist(point, near) < distance:
            groups[near].append(point)
        else:
            groups[point] = [point]
    return [_marker(group, towns) for group in groups.values()]


def _marker(group: Sequence[Point], towns: Mapping[Point, Sequence[Site]]) -> Marker:
    """Return the marker of a *group* of towns, at the first one."""
    sites = [site for point in group for site in towns[point]]
    (x, y), *_ = group
    xs, ys = zip(*group, strict=True)
    # Rounded coordinates are at most half a degree away.
    edges = (min(xs) - 0.5, min(ys) - 0.5, max(xs) + 0.5, max(ys) + 0.5)
    return Marker(
        x * _UNITS_PER_DEGREE,
        -y * _UNITS_PER_DEGREE,
        len(sites),
        _label(sites),
        urlencode({"bounds": ",".join(f"{each:g}" for each in edges)}, safe=","),
    )


_SHOWN_TOWNS = 4


def _label(sites: Sequence[Site]) -> str:
    if len(sites) == 1:
        town = ", ".join(filter(None, (sites[0].city, sites[0].country_iso_code))) or "No address"
        return f"{town}: {sites[0].name}"
    towns = list(dict.fromkeys(each.city or "no address" for each in sites))
    more = f" and {len(towns) - _SHOWN_TOWNS} more" if len(towns) > _SHOWN_TOWNS else ""
    return f"{', '.join(towns[:_SHOWN_TOWNS])}{more}: {len(sites)} sites"


def _bounds(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return left, top, width and height around *places* in degrees; y points south."""
    if not places:
        return -180.0, -_NORTH, _MAX_WIDTH, _NORTH - _SOUTH
    xs, ys = [x for x, _ in places], [-y for _, y in places]
    scale = 1 + 2 * _MARGIN
    width = min(_MAX_WIDTH, max(_MIN_WIDTH, (max(xs) - min(xs)) * scale))
    height = min(_MAX_HEIGHT, max(_MIN_WIDTH / _ASPECT_RATIO, (max(ys) - min(ys)) * scale))
    width, height = (
        max(width, min(_MAX_WIDTH, height * _ASPECT_RATIO)),
        max(height, width / _ASPECT_RATIO),
    )
    left = _clamp((max(xs) + min(xs) - width) / 2, -180.0, 180.0 - width)
    top = _clamp((max(ys) + min(ys) - height) / 2, -_NORTH, -_SOUTH - height)
    return left, top, width, height


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


@cache
def _coastlines() -> str:
    lines = (DATA / "coastlines.txt").read_text("utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))
