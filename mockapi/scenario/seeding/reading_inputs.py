"""Inputs of the readings of a site: its profile, delivery and timeline events."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mockapi.domain import ids
from mockapi.domain.buildings import building_types
from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import MeterReplacement
from mockapi.scenario.meters import ArrivalSpec
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.meters import SiteDefect
from mockapi.scenario.seeding.site_rows import arrival_of, building_columns, history_of
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
from mockapi.timeseries.delivery.schedule import Delivery, Pipeline
from mockapi.timeseries.intervals import STEP, ceiling
from mockapi.timeseries.models.inputs import Change, Changing, SiteProfile

_UPLOADS = (900, 900, 900, 3_600, 3_600, 3_600, 3_600, 3_600, 86_400, 86_400)
"""Seconds between uploads, each as often as it is drawn."""

_BITS = 1 << 63


def pipeline_of(
    site: Site,
    registered_at: datetime,
    scenario: Scenario,
    seed: int,
    interval: Interval,
    *,
    silences: tuple[tuple[int, int], ...] = (),
) -> Pipeline:
    """Return the delivery of the readings of *site* per *interval*, with outages in *silences*."""
    return Pipeline(
        registered_at,
        history_of(site, scenario),
        interval,
        delivery_of(arrival_of(site, scenario), seed, site.id),
        ids.seeded_int(seed, "arrival", site.id, below=_BITS),
        silences,
    )


def delivery_of(spec: ArrivalSpec, seed: int, site_id: str) -> Delivery:
    """Return the delivery parameters of *spec*, with drawn values for those not given."""
    every = _UPLOADS[ids.seeded_int(seed, "upload", site_id, below=len(_UPLOADS))]
    return Delivery(
        every=every if spec.every is None else int(spec.every.total_seconds()),
        delay=int(spec.delay.total_seconds()),
        late=spec.late,
        silent=spec.silent,
        estimated=spec.estimated,
        restated=spec.restated,
        backfill=int(spec.backfill.total_seconds()),
    )


_BUILDING = "office"
_AREA = 1_000
_STOREYS = 3
_ROOF_PER_KILOWATT = 12.0


def site_profile_of(
    site: Site, usages: Collection[str], seed: int, changes: tuple[Change, ...] = ()
) -> SiteProfile:
    """Return the model inputs of *site*, by default those of a small office."""
    building, area = site.building or _BUILDING, site.gross_area or _AREA
    usual = building_columns(building_types()[building], area)

    def given_or_usual(column: str) -> int:
        value = getattr(site, column)
        return int(usual[column] if value is None else value)

    return SiteProfile(
        seed=seed,
        site_id=site.id,
        building=building,
        area=area,
        latitude=site.latitude or 0.0,
        longitude=site.longitude or 0.0,
        elevation=site.elevation or 0.0,
        timezone=site.timezone or "UTC",
        country=site.country_iso_code or "",
        state=site.state_province or "",
        occupants=given_or_usual("building_occupants"),
        visitors_per_day=given_or_usual("number_of_visitors_per_day"),
        weekly_hours=given_or_usual("weekly_operating_hours"),
        solar_kwp=_peak(site, area) if catalog().has_solar_usage(usages) else 0.0,
        usages=tuple(sorted(set(usages))),
        changes=changes,
    )


def _peak(site: Site, area: int) -> float:
    """Return the peak power in kW of the panels of a site with a gross *area* in m2.

    assumption: solar panels cover half of the roof, by default a third of the gross area, at 6 m2
    per kW.
    """
    roof = area / _STOREYS if site.roof_area is None else site.roof_area
    return round(roof / _ROOF_PER_KILOWATT, 1)


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
