"""Export of the readings of sites."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mockapi.domain.timestamps import Interval
from mockapi.export.selection import Window
from mockapi.export.target import Sink
from mockapi.export.writers import format_readings
from mockapi.store.tables.sites import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.world.world import World


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
