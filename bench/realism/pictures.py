"""Draws docs/pictures/: readings of each building type, and yearly intensities of a portfolio.

For each type one site: two winter weeks and two summer weeks by hour, a year by day, all meters.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import numpy as np

from mockapi.domain.buildings import building_types, places
from mockapi.domain.timestamps import Interval
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.models.submeters import values_from
from mockapi.world.sites import all_sites
from mockapi.world.world import World

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
CITIES = {
    "office": "Lyon",
    "school": "Munich",
    "university": "Grenoble",
    "hospital": "Boston",
    "hotel": "Barcelona",
    "restaurant": "Melbourne",
    "retail": "Phoenix",
    "warehouse": "São Paulo",
    "laboratory": "Singapore",
    "multifamily": "Montréal",
    "clinic": "Chicago",
    "fast_food": "London",
    "supermarket": "Berlin",
    "data_centre": "Dublin",
    "assembly": "Vienna",
}
SEED = 3
YEAR = 20_089
"""The first day of 2025, counted from 1970."""

NORTH, SOUTH = (12, 194), (194, 12)
"""Days of the year on which the weeks of winter and of summer begin: Mondays."""

DAYS = 14
LEFT, WIDTH, GAP = 170, 330, 14
HEIGHT, TOP = 46, 30
PORTFOLIO = 500
INK, LINE, BAND = "#7a828c", "#2f7fd8", "#9aa3ad"


@dataclass(frozen=True)
class Row:
    """One meter: its name and unit, and the values of the three panels."""

    name: str
    unit: str
    panels: tuple[np.ndarray, ...]


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def svg(width: int, height: int, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" fill="{INK}">\n'
        f"<style>path{{fill:none;stroke:{LINE};stroke-width:1}}"
        f"line{{stroke:{BAND};stroke-width:.5}}circle{{fill:{LINE};fill-opacity:.5}}</style>\n"
        f"{body}\n</svg>\n"
    )


def curve(
    values: np.ndarray, left: int, base: int, low: float, high: float, *, bars: bool = False
) -> str:
    """Return the path of *values*, as a line or as bars, rounded to pixels for small files."""
    scale = (HEIGHT - 10) / max(high - low, 1e-9)
    xs = left + np.arange(len(values)) * WIDTH / max(1, len(values) - 1)
    ys = np.rint(base - (values - low) * scale).astype(int)
    xs = np.rint(xs * 2) / 2
    if bars:
        drawn = [f"M{x:g} {base}V{y}" for x, y in zip(xs, ys, strict=True) if y < base]
        return f'<path d="{"".join(drawn)}"/>'
    steps = [f"M{xs[0]:g} {ys[0]}l"]
    steps += [f"{x:g} {y}" for x, y in zip(np.diff(xs), np.diff(ys), strict=True)]
    return f'<path d="{" ".join(steps).replace(" -", "-").replace("0.5", ".5")}"/>'


def picture(title: str, rows: Sequence[Row], heads: Sequence[str]) -> str:
    parts = [text(0, 12, title)]
    for number, head in enumerate(heads):
        parts.append(text(LEFT + number * (WIDTH + GAP), 24, head))
    for index, row in enumerate(rows):
        base = TOP + (index + 1) * HEIGHT - 4
        parts += [text(0, base - 22, row.name[:30]), text(0, base - 8, row.unit)]
        state = row.unit in {"ppm", "°C", "%"}
        for number, values in enumerate(row.panels):
            left = LEFT + number * (WIDTH + GAP)
            low = float(values.min()) if state else 0.0
            high = float(values.max())
            parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{base}" y2="{base}"/>')
            parts.append(curve(values, left, base, low, high, bars=row.unit == "kg"))
            shown = f"{low:.3g} to {high:.3g}" if state else f"max {high:.3g}"
            parts.append(text(left + WIDTH, base - HEIGHT + 12, shown, "end"))
    return svg(LEFT + 3 * WIDTH + 2 * GAP, TOP + len(rows) * HEIGHT + 4, parts)


def site_world(building: str, city: str, folder: Path) -> World:
    path = folder / f"{building}.yaml"
    path.write_text(f"sites: [{{building: {building}, city: {city}}}]\n", "utf-8")
    # With a seed for each type: the only site of a world has the same id in all of them.
    return World.open(Settings(scenario=str(path), seed=list(CITIES).index(building)))


def rows_of(world: World, site: Site) -> Iterator[Row]:
    weeks = SOUTH if (site.latitude or 0) < 0 else NORTH
    for channel in world.reader.channels(site, always=True):
        name = channel.meter.usage.replace("Municipality supplied potable", "Potable")
        if channel.measurement.name not in {"Active Energy", "Fuel Volume", "Water Volume"}:
            name = channel.measurement.name if name != "Waste Diverted" else name
            name = channel.meter.usage if name == "Weight" else name
        panels = [read(channel, Interval.HOUR, (YEAR + day) * 24, DAYS * 24) for day in weeks]
        if channel.measurement.name == "Weight":
            panels = [read(channel, Interval.DAY, YEAR + day, DAYS) for day in weeks]
        panels.append(read(channel, Interval.DAY, YEAR, 365))
        yield Row(name, channel.measurement.unit or "", tuple(panels))


def read(channel: MeterChannel, interval: Interval, first: int, count: int) -> np.ndarray:
    if channel.stream is None:
        raise ValueError(f"{channel.key} has no model.")
    return values_from(channel.stream.model, interval, first, count)


def draw_types(folder: Path) -> None:
    for building in building_types():
        city = CITIES[building]
        with closing(site_world(building, city, folder)) as world:
            (site,) = all_sites(world)
            rows = list(rows_of(world, site))
            title = f"{building}, {city}, {site.gross_area or 0:,} m2, 2025"
        heads = ("two weeks of winter, hours", "two weeks of summer, hours", "year, days")
        target = PICTURES / f"{building}.svg"
        target.write_text(picture(title, rows, heads), "utf-8")
        print(f"{target.name}: {len(rows)} series, {target.stat().st_size / 1000:.0f} kB")


def intensities(folder: Path) -> dict[str, list[float]]:
    """Return the yearly electricity per m2 of sites of each type, in cities by turns."""
    cities, types = list(places()), list(building_types())
    lines = [
        f"  - {{building: {types[n % len(types)]}, city: {cities[n * 7 % len(cities)]}, meters: "
        "[{usage: Purchased from Grid, measurements: [{name: Active Energy}]}]}"
        for n in range(PORTFOLIO)
    ]
    path = folder / "portfolio.yaml"
    path.write_text("sites:\n" + "\n".join(lines) + "\n", "utf-8")
    found: dict[str, list[float]] = {each: [] for each in types}
    with closing(World.open(Settings(scenario=str(path), seed=SEED))) as world:
        for site in all_sites(world):
            (channel,) = world.reader.channels(site, always=True)
            year = read(channel, Interval.DAY, YEAR, 365).sum()
            found[site.building or ""].append(float(year) / (site.gross_area or 1))
    return found


def across(value: float) -> float:
    """Return the horizontal place of an intensity on a logarithmic scale."""
    return 100 + 640 * math.log(value / 10) / math.log(200)


def draw_intensities(folder: Path) -> None:
    found = intensities(folder)
    parts = [text(0, 12, f"Electricity of {PORTFOLIO} sites in 2025, kWh/m2 per year")]
    marks = (10, 20, 50, 100, 200, 500, 1_000, 2_000)
    parts += [text(across(mark), 28, str(mark), "middle") for mark in marks]
    for index, (building, values) in enumerate(found.items()):
        y = 48 + index * 22
        band = building_types()[building].intensity["electricity"]
        left, right = across(band.low), across(band.high)
        parts.append(text(0, y + 4, building))
        parts.append(
            f'<rect x="{left:.1f}" y="{y - 8}" width="{right - left:.1f}" height="16" '
            f'fill="{BAND}" fill-opacity=".25"/>'
        )
        parts += [f'<circle cx="{across(value):.1f}" cy="{y}" r="2.5"/>' for value in values]
        quantiles = np.percentile(values, [5, 50, 95])
        inside = sum(band.low <= value <= band.high for value in values)
        print(
            f"{building:14}{band.low:8g}{band.high:8g}  "
            + "".join(f"{each:8.0f}" for each in quantiles)
            + f"  {inside}/{len(values)}"
        )
    target = PICTURES / "intensities.svg"
    target.write_text(svg(760, 60 + len(found) * 22, parts), "utf-8")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        draw_types(Path(folder))
        draw_intensities(Path(folder))


if __name__ == "__main__":
    main()
