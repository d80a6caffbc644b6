"""Export of the readings of selected sites."""

import re
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

from mockapi.domain import timestamps
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.text_matching import suggestion
from mockapi.domain.timestamps import Interval
from mockapi.export.sinks import Sink
from mockapi.export.workers import run_tasks
from mockapi.store.tables import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.readings import Readings
from mockapi.world.sites import site_with
from mockapi.world.world import World

_PADDING = {r"\d{4}": "-01-01", r"\d{4}-\d{2}": "-01"}


class InvalidWindowError(ValueError):
    """A bound that is not a date, or bounds in the wrong order."""


@dataclass(frozen=True)
class ExportWindow:
    """Dates from *since*, inclusive, to *until*, exclusive.

    A bound without an offset is UTC, or with *local* the local time of each site.
    """

    since: datetime
    until: datetime
    local: bool = False

    @classmethod
    def of(
        cls,
        since: str,
        until: str,
        *,
        local: bool = False,
        names: tuple[str, str] = ("--from", "--to"),
    ) -> Self:
        """Return the window between two texts. Raise `InvalidWindowError` if it is invalid.

        A year, a month and a day mean their starts. *names* are those of the bounds in errors.
        """
        window = cls(_bound(names[0], since), _bound(names[1], until), local)
        first, last = window.bounds_in(None)
        if first >= last:
            raise InvalidWindowError(
                f"{names[0]}: {since!r} is not before {names[1]} {until!r}. Change one."
            )
        return window

    def bounds_in(self, timezone: str | None) -> tuple[datetime, datetime]:
        """Return the bounds at a site in *timezone*, in UTC."""
        zone: tzinfo = ZoneInfo(timezone) if self.local and timezone else UTC
        return _instant(self.since, zone), _instant(self.until, zone)


def _bound(option: str, text: str) -> datetime:
    padded = text.strip()
    for shape, missing in _PADDING.items():
        if re.fullmatch(shape, padded):
            padded += missing
            break
    try:
        bound = _date_time(padded)
    except ValueError as error:
        raise InvalidWindowError(
            f"{option}: {text!r} is not a date. Use 2025, 2025-01, 2025-01-31, "
            "2025-01-31T06:00 or 2025-01-31T06:00:00+01:00."
        ) from error
    if not FIRST_YEAR <= bound.year <= LAST_YEAR:
        raise InvalidWindowError(
            f"{option}: {text!r} is not in the years {FIRST_YEAR} to {LAST_YEAR}. Change it."
        )
    return bound


def _date_time(text: str) -> datetime:
    try:
        return timestamps.parse(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _instant(bound: datetime, zone: tzinfo) -> datetime:
    return (bound if bound.tzinfo is not None else bound.replace(tzinfo=zone)).astimezone(UTC)


_MOST_COMPARED = 100


class UnknownSiteError(LookupError):
    """An id or name that no site of the world has."""


def select_sites(
    sites: Sequence[Site], words: Iterable[str], option: str = "--site"
) -> Sequence[Site]:
    """Return those of *sites* whose id or name is in *words*; all if *words* is empty.

    Case is ignored, and a name selects all sites that have it. Raise `UnknownSiteError`, with a
    similar name, if a word matches no site. *option* is the name of *words* in errors.
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
            raise UnknownSiteError(f"{option}: {_unknown_site_message(word, sites)}")
        wanted.update(by_word[word.strip().casefold()])
    return [site for site in sites if site.id in wanted]


def _unknown_site_message(word: str, sites: Sequence[Site]) -> str:
    names = dict.fromkeys(each for site in sites for each in (site.name or site.id, site.id))
    wanted = word.strip().casefold()
    containing = [name for name in names if wanted and wanted in name.casefold()][:_MOST_COMPARED]
    list_sites = "`mockapi describe` lists the sites."
    if containing:
        advice = suggestion(wanted, containing, list_sites, cutoff=0)
    else:
        advice = suggestion(wanted, names, list_sites)
    return f"{word!r} is not the id or name of a site. {advice}"


@dataclass(frozen=True)
class ExportRequest:
    """Readings of *sites* in *window*, per *interval* or per that of each meter.

    *keys* selects series; None selects all.
    """

    sites: Sequence[Site]
    window: ExportWindow
    interval: Interval | None = None
    keys: frozenset[str] | None = None

    def channels(self, world: World, site: Site) -> Iterator[MeterChannel]:
        """Yield the selected channels of *site*, as if it had always been registered."""
        reader = world.reader
        for each in reader.channels(site, always=True, interval=self.interval):
            if reader.has_readings(each) and (self.keys is None or each.key in self.keys):
                yield each

    def size(self, world: World) -> int:
        """Return the number of readings without computing them."""
        return sum(
            world.reader.count(channel, *self.window.bounds_in(site.timezone))
            for site in self.sites
            for channel in self.channels(world, site)
        )


@dataclass(frozen=True)
class ExportResult:
    """Numbers of written series and readings."""

    series: int
    readings: int


@dataclass(frozen=True)
class _SiteTask:
    """Computation of all readings of a site, given by its id, in another process."""

    request: ExportRequest

    def __call__(self, world: World, site_id: str) -> Sequence[Sequence[Readings]]:
        """Return the blocks of each channel."""
        site = site_with(world, site_id)
        bounds = self.request.window.bounds_in(site.timezone)
        channels = self.request.channels(world, site)
        return [list(world.reader.by_date(channel, *bounds)) for channel in channels]


Blocks = tuple[MeterChannel, Iterable[Readings]]


def _blocks_by_site(
    world: World, request: ExportRequest, jobs: int
) -> Generator[tuple[Site, Iterable[Blocks]]]:
    """Yield each site with its channels and their blocks, computed in *jobs* processes."""
    if jobs == 1:
        for site in request.sites:
            bounds = request.window.bounds_in(site.timezone)
            channels = request.channels(world, site)
            yield site, ((each, world.reader.by_date(each, *bounds)) for each in channels)
        return
    task = _SiteTask(replace(request, sites=()))
    with closing(run_tasks(world, task, [site.id for site in request.sites], jobs)) as results:
        for site, found in zip(request.sites, results, strict=True):
            yield site, zip(request.channels(world, site), found, strict=True)


def export(
    world: World,
    request: ExportRequest,
    sink: Sink,
    progress: Callable[[int], None] | None = None,
    jobs: int = 1,
) -> ExportResult:
    """Write the readings of *request* to *sink* in blocks, and return their number.

    *progress* is called with the number of readings of each block. Series without readings in the
    window are omitted. In a local window, dates are in the local time of each site. With several
    *jobs*, other processes compute the readings, and this one writes them.
    """
    series_written = readings_written = 0
    with sink, closing(_blocks_by_site(world, request, jobs)) as found:
        for site, channels in found:
            timezone = (site.timezone or "UTC") if request.window.local else None
            for channel, blocks in channels:
                writer = None
                for block in blocks:
                    if writer is None:
                        writer = sink.writer(channel)
                        series_written += 1
                    writer.write(block, timezone)
                    readings_written += len(block)
                    if progress is not None:
                        progress(len(block))
    return ExportResult(series_written, readings_written)
