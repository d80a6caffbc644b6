"""Makes the events of a timeline into what the series of a site know of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mockapi.scenario.defects import MeterReplacement
from mockapi.scenario.seeding.meters import defect_row
from mockapi.scenario.timeline import (
    AnyEvent,
    GatewayOutage,
    HeatWave,
    MeterReplaced,
    OccupancyChange,
    ReadingEvent,
    Retrofit,
)
from mockapi.store.tables.meters import Defect, Meter
from mockapi.store.tables.sites import Site
from mockapi.timeseries.channel import Change, Changing
from mockapi.timeseries.delivery.arrival import ceiling
from mockapi.timeseries.steps import STEP


@dataclass(frozen=True)
class Story:
    """What happens to a site: *silences* of its gateway in seconds since 1970, [from, until)."""

    changes: tuple[Change, ...] = ()
    silences: tuple[tuple[int, int], ...] = ()
    defects: tuple[Defect, ...] = ()


UNEVENTFUL = Story()


def events_at(site: Site, events: Sequence[AnyEvent]) -> Sequence[ReadingEvent]:
    """Return those of *events* that show in the readings of *site*."""
    return [each for each in events if isinstance(each, ReadingEvent) and _is_of(each, site)]


def _is_of(event: ReadingEvent, site: Site) -> bool:
    if isinstance(event, HeatWave):
        return event.is_over(site.id, site.name, site.city, site.country_iso_code)
    return event.is_of(site.id, site.name)


def story_of(
    site: Site, meters: Sequence[Meter], events: Sequence[ReadingEvent], began_at: datetime
) -> Story:
    """Return what *events* make of *site*, in a world that *began_at* an instant."""
    return Story(
        changes=tuple(change for each in events for change in _changes(each, began_at)),
        silences=tuple(
            (ceiling(each.begins(began_at)), ceiling(each.ends(began_at)))
            for each in events
            if isinstance(each, GatewayOutage)
        ),
        defects=tuple(
            row
            for each in events
            if isinstance(each, MeterReplaced)
            for row in _replacements(each, site, meters, began_at)
        ),
    )


def _changes(event: ReadingEvent, began_at: datetime) -> Iterator[Change]:
    what: tuple[Changing, ...]
    match event:
        case HeatWave():
            what, amount = ("warmth",), event.degrees
        case OccupancyChange():
            what, amount = ("people",), event.factor
        case Retrofit():
            what, amount = event.of, 1 - event.savings
        case _:
            return
    ends = event.ends(began_at)
    first, end = _step(event.begins(began_at)), None if ends is None else _step(ends)
    yield from (Change(each, first, end, amount) for each in what)


def _replacements(
    event: MeterReplaced, site: Site, meters: Sequence[Meter], began_at: datetime
) -> Iterator[Defect]:
    spec = MeterReplacement(
        kind="meter_replacement",
        at=event.begins(began_at),
        gap=event.gap,
        gain=event.gain,
        resolution=event.resolution,
    )
    for meter in meters:
        if meter.usage == event.usage and meter.parent_id is None:
            yield defect_row(spec, site, meter.id)


def _step(at: datetime) -> int:
    """Return the first step that does not begin before *at*."""
    return -(-ceiling(at) // STEP)
