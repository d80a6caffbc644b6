"""Export of the readings of selected sites."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from mockapi.domain import timestamps
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.suggestions import nearest
from mockapi.domain.timestamps import Interval
from mockapi.export.target import Sink
from mockapi.export.writers import format_readings
from mockapi.store.tables.sites import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.world.world import World

_PADDING = {r"\d{4}": "-01-01", r"\d{4}-\d{2}": "-01"}


class WrongWindow(ValueError):
    """A bound that is no date, or bounds in the wrong order."""


@dataclass(frozen=True)
class Window:
    """Dates from *since* on and before *until*.

    A bound without an offset is a wall clock: that of UTC, or each site's own where *local*.
    """

    since: datetime
    until: datetime
    local: bool = False

    @classmethod
    def of(cls, since: str, until: str, *, local: bool = False) -> Self:
        """Return the window between two texts; raise `WrongWindow` for what is none.

        A year, a month and a day stand for their beginnings.
        """
        window = cls(_bound("--from", since), _bound("--to", until), local)
        first, last = window.bounds_in(None)
        if first >= last:
            raise WrongWindow(f"--from {since} must lie before --to {until}")
        return window

    def bounds_in(self, timezone: str | None) -> tuple[datetime, datetime]:
        """Return the instants, in UTC, that the bounds name at a site in *timezone*."""
        zone: tzinfo = ZoneInfo(timezone) if self.local and timezone else UTC
        return _instant(self.since, zone), _instant(self.until, zone)


def _bound(option: str, text: str) -> datetime:
    whole = text.strip()
    for shape, missing in _PADDING.items():
        if re.fullmatch(shape, whole):
            whole += missing
            break
    try:
        bound = _date_time(whole)
    except ValueError as error:
        raise WrongWindow(
            f"{option}: {text!r} is not a date. Use 2025, 2025-01, 2025-01-31, "
            "2025-01-31T06:00 or 2025-01-31T06:00:00+01:00."
        ) from error
    if not FIRST_YEAR <= bound.year <= LAST_YEAR:
        raise WrongWindow(f"{option}: {text} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return bound


def _date_time(text: str) -> datetime:
    try:
        return timestamps.parse(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _instant(bound: datetime, zone: tzinfo) -> datetime:
    return (bound if bound.tzinfo is not None else bound.replace(tzinfo=zone)).astimezone(UTC)


_NEAR = 5


class UnknownSite(LookupError):
    """No site of the world has this id or name."""


def select_sites(sites: Sequence[Site], words: Iterable[str]) -> Sequence[Site]:
    """Return those of *sites* that have one of *words* for an id or a name; all without words.

    Names are compared without regard to case, and all sites of a name are meant. Raises
    `UnknownSite`, which tells names that are near.
    """
    words = list(words)
    if not words:
        return sites
    by_word: dict[str, list[str]] = defaultdict(list)
    for site in sites:
        for word in {site.id.casefold(), (site.name or site.id).casefold()}:
            by_word[word].append(site.id)
    wanted: set[str] = set()
    for word in words:
        if word.strip().casefold() not in by_word:
            raise UnknownSite(_unknown(word, sites))
        wanted.update(by_word[word.strip().casefold()])
    return [site for site in sites if site.id in wanted]


def _unknown(word: str, sites: Sequence[Site]) -> str:
    spelled = {(site.name or site.id).casefold(): site.name or site.id for site in sites}
    spelled |= {site.id.casefold(): site.id for site in sites}
    asked = word.strip().casefold()
    near: Sequence[str] = [name for name in spelled if asked and asked in name][:_NEAR]
    near = near or nearest(asked, spelled, _NEAR, cutoff=0.75)
    advice = "`mockapi describe` lists them"
    if near:
        advice = f"near are {', '.join(repr(spelled[name]) for name in near)}"
    return f"--site: no site has the id or the name {word!r}; {advice}"


@dataclass(frozen=True)
class ExportRequest:
    """What is wanted: readings of *sites* in *window*, at *interval* or at each meter's own.

    *keys* leaves all other series out.
    """

    sites: Sequence[Site]
    window: Window
    interval: Interval | None = None
    keys: frozenset[str] | None = None

    def channels(self, world: World, site: Site) -> Iterator[MeterChannel]:
        """Yield the channels of *site* that are wanted, as if it had always been registered."""
        reader = world.reader
        for each in reader.channels(site, always=True, interval=self.interval):
            if reader.has_readings(each) and (self.keys is None or each.key in self.keys):
                yield each

    def size(self, world: World) -> int:
        """Return how many readings that will be, without computing any."""
        return sum(
            world.reader.count(channel, *self.window.bounds_in(site.timezone))
            for site in self.sites
            for channel in self.channels(world, site)
        )


@dataclass(frozen=True)
class Written:
    """How much was written."""

    series: int
    readings: int


def export(
    world: World, order: ExportRequest, target: Sink, progress: Callable[[int], None] | None = None
) -> Written:
    """Write what *order* wants to *target*, a block at a time, and say how much that was.

    *progress* is told of each block how many readings it had. A series without readings in the
    window is left out. Dates are spelled by the wall clock of each site where the window is local.
    """
    series_written = readings_written = 0
    with target:
        for site in order.sites:
            since, until = order.window.bounds_in(site.timezone)
            timezone = (site.timezone or "UTC") if order.window.local else None
            for channel in order.channels(world, site):
                writer = None
                for block in world.reader.by_date(channel, since, until):
                    if writer is None:
                        writer = target.writer(channel)
                        series_written += 1
                    dates, arrivals, values = format_readings(block, timezone)
                    writer.write(dates, values, arrivals)
                    readings_written += len(dates)
                    if progress is not None:
                        progress(len(dates))
    return Written(series_written, readings_written)
