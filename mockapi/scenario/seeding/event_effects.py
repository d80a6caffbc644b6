"""Effects of a timeline's events on the readings of a site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mockapi.scenario.defects import MeterReplacement
from mockapi.scenario.seeding.meters import SiteDefect
from mockapi.scenario.timeline import (
    AnyEvent,
    GatewayOutage,
    HeatWave,
    MeterReplaced,
    OccupancyChange,
    ReadingEvent,
    Retrofit,
)
from mockapi.store.tables import Meter, Site
from mockapi.timeseries.intervals import ceiling
from mockapi.timeseries.models.inputs import Change, Changing
from mockapi.timeseries.steps import STEP


@dataclass(frozen=True)
class EventEffects:
    """Changes of a site, outages of its gateway, and defects of its meters.

    An outage is [from, until), in seconds since 1970.
    """

    changes: tuple[Change, ...] = ()
    silences: tuple[tuple[int, int], ...] = ()
    defects: tuple[SiteDefect, ...] = ()


NO_EFFECTS = EventEffects()


def events_at(site: Site, events: Sequence[AnyEvent]) -> Sequence[ReadingEvent]:
    """Return those of *events* that affect the readings of *site*."""
    return [each for each in events if isinstance(each, ReadingEvent) and _affects(each, site)]


def _affects(event: ReadingEvent, site: Site) -> bool:
    if isinstance(event, HeatWave):
        return event.covers_site(site.id, site.name, site.city, site.country_iso_code)
    return event.applies_to(site.id, site.name)


def effects_of(
    events: Sequence[ReadingEvent], meters: Sequence[Meter], began_at: datetime
) -> EventEffects:
    """Return the effects of *events* on a site with *meters* in a world that *began_at* then."""
    return EventEffects(
        changes=tuple(change for each in events for change in _changes(each, began_at)),
        silences=tuple(
            (ceiling(each.begins(began_at)), ceiling(each.ends(began_at)))
            for each in events
            if isinstance(each, GatewayOutage)
        ),
        defects=tuple(
            defect
            for each in events
            if isinstance(each, MeterReplaced)
            for defect in _replacements(each, meters, began_at)
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
    event: MeterReplaced, meters: Sequence[Meter], began_at: datetime
) -> Iterator[SiteDefect]:
    replacement = MeterReplacement(
        kind="meter_replacement",
        at=event.begins(began_at),
        gap=event.gap,
        gain=event.gain,
        resolution=event.resolution,
    )
    for meter in meters:
        if meter.usage == event.usage and meter.parent_id is None:
            yield replacement, meter.id


def _step(at: datetime) -> int:
    """Return the first step that starts at *at* or later."""
    return -(-ceiling(at) // STEP)
