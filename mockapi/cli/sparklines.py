"""Sparklines of meters: the last twelve months, a mean week, and the total of the year."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import numpy as np

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.store.tables import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.readings import Readings
from mockapi.timeseries.time_axis import offsets_of
from mockapi.world.world import World

_MONTHS = 12
_SHIFT = 8 * 3_600
_SHIFTS = 21  # of a week: three a day
_WEEK = 7 * 86_400
_MONDAY = 4 * 86_400  # 1970-01-05, in seconds
_WIDE = 110
_FIGURES = 36


def heading(now: datetime, width: int) -> str:
    """Return the line above the sparklines, with the periods that they show."""
    since, until = _year(now, "UTC")
    last = datetime(until.year - (until.month == 1), (until.month - 2) % _MONTHS + 1, 1, tzinfo=UTC)
    year = f"{since:%b %Y} to {last:%b %Y} by month"
    week = "; a mean week from Monday by night, day, evening" if width >= _WIDE else ""
    return f"  meters, {year}{week}; the year, and by m2"


def sparklines(world: World, site: Site, width: int, bars: str) -> Iterator[str]:
    """Yield a line per channel of *site*; *bars* are the characters from low to high."""
    wide = width >= _WIDE
    drawn = _MONTHS + (_SHIFTS + 2 if wide else 0)
    room = max(12, min(50, width - drawn - _FIGURES - 8))
    reader = world.reader
    since, until = _year(reader.now, site.timezone or "UTC")
    every = [
        each
        for each in reader.channels(site, always=True, interval=Interval.HOUR)
        if reader.has_readings(each)
        and not _is_secondary(each.meter.commodity, each.measurement.name)
    ]
    usages = Counter(each.meter.usage for each in every if each.meter.parent_id is None)
    for channel in every:
        found = Readings.joined(list(reader.by_date(channel, since, until)))
        name = _cut(_label(channel, usages), room).ljust(room)
        if not len(found):
            yield f"{name}  no readings"
            continue
        local = found.dates + offsets_of(site.timezone or "UTC", found.dates)
        averaged = channel.is_averaged
        lines = [
            _sparkline(
                _by_month(local, found.values, averaged=averaged), bars, from_zero=not averaged
            )
        ]
        if wide:
            lines.append(_sparkline(_by_shift(local, found.values), bars, from_zero=not averaged))
        figures = _figures(channel, found.values)
        drawings = "  ".join(click.style(line, fg="cyan") for line in lines)
        yield f"{name}  {drawings}  {figures}"


def _is_secondary(commodity: str, measurement: str) -> bool:
    """Return True if *measurement* is a secondary one of its meter."""
    return any(
        each.name == commodity and each.is_secondary(measurement) for each in catalog().commodity
    )


def _label(channel: MeterChannel, usages: Counter[str]) -> str:
    """Return the usage, with the measurement if several channels have the usage."""
    if channel.meter.parent_id is not None:
        return f"- {channel.meter.name}"
    usage = channel.meter.usage
    return f"{usage}, {channel.measurement.name}" if usages[usage] > 1 else usage


def _figures(channel: MeterChannel, values: Floats) -> str:
    unit = channel.measurement.unit or ""
    unit = {"cubic meter": "m3"}.get(unit, unit)
    if channel.is_averaged:
        return f"{values.mean():>13,.0f} {unit:4} mean"
    total = float(values.sum())
    area = channel.site.gross_area
    return f"{_short(total):>13} {unit:4}" + (
        f"{_short(total / area):>9} {unit}/m2" if area else ""
    )


def _short(figure: float) -> str:
    """Return *figure* with about three digits, and without an exponent."""
    for bound, decimals in ((0.1, 4), (1, 3), (10, 2), (100, 1)):
        if figure < bound:
            return f"{figure:.{decimals}f}"
    return f"{figure:,.0f}"


def _by_month(local: Steps, values: Floats, *, averaged: bool) -> Floats:
    months = local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    place = np.clip(months - months.min(), 0, _MONTHS - 1)
    sums: Floats = np.bincount(place, values, minlength=_MONTHS).astype(np.float64)
    if not averaged:
        return sums
    means: Floats = sums / np.maximum(1, np.bincount(place, minlength=_MONTHS))
    return means


def _by_shift(local: Steps, values: Floats) -> Floats:
    place = (local - _MONDAY) % _WEEK // _SHIFT
    sums = np.bincount(place, values, minlength=_SHIFTS)
    means: Floats = sums / np.maximum(1, np.bincount(place, minlength=_SHIFTS))
    return means


def _sparkline(values: Floats, bars: str, *, from_zero: bool) -> str:
    low = 0.0 if from_zero else float(values.min())
    reach = float(values.max()) - low
    if reach <= 0:
        return bars[0] * len(values)
    levels = np.rint((values - low) / reach * (len(bars) - 1)).clip(0, len(bars) - 1)
    return "".join(bars[int(level)] for level in levels)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 3]}..."


def _year(now: datetime, timezone: str) -> Sequence[datetime]:
    """Return the bounds of the twelve whole months before *now*, at local midnights."""
    zone = ZoneInfo(timezone)
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=first.year - 1), first
