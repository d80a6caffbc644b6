"""Says what the meters of a site deliver: their streams, and the readings of a window."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.meters import defects_of
from mockapi.scenario.seeding.site_profile import channel_of, pipeline_of, site_facts
from mockapi.store.store import Store
from mockapi.store.tables.meters import Measurement, Meter
from mockapi.store.tables.sites import Site
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.delivery.arrival import Batch, Pipeline, Reading, Run
from mockapi.world.stories import story

LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """What arrived by *now*, and in [*since*, *until*)."""

    now: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Outlet:
    """One measurement of a meter, and its stream; without one its readings are stated, or none."""

    meter: Meter
    measurement: Measurement
    stream: Stream | None
    registered_at: datetime


def outlets(
    store: Store,
    scenario: Scenario,
    seed: int,
    site: Site,
    *,
    always: bool = False,
    interval: Interval | None = None,
) -> Iterator[Outlet]:
    """Yield every measurement of *site*, meter by meter; none before it is registered.

    Nothing arrives before a scoring provider registered the site
    (docs/contract/sites.md#registration); *always* is as if one had done so long ago. *interval*
    takes the place of each meter's own.
    """
    registered_at = site.registered_at or (LONG_AGO if always else None)
    if registered_at is None:
        return
    equipment = store.equipment(site)
    meters = [meter for meter, _ in equipment.meters]
    told = story(store, scenario, site)
    facts = site_facts(site, [meter.usage for meter in meters], seed, told.changes)
    defects = defects_of([*equipment.defects, *told.defects], meters, facts)
    pipelines: dict[Interval, Pipeline] = {}
    for meter, measurements in equipment.meters:
        own = interval or Interval(meter.interval or site.interval or scenario.interval)
        if own not in pipelines:
            pipelines[own] = pipeline_of(
                site, registered_at, scenario, seed, own, silences=told.silences
            )
        pipeline = pipelines[own]
        for each in measurements:
            stream = None
            if each.generated and meter.usage in catalog().by_usage():
                channel = channel_of(facts, meter, meters, each.name)
                stream = Stream(channel, pipeline, defects.get(meter.id, ()))
            yield Outlet(meter, each, stream, registered_at)


def delivered(
    store: Store, outlet: Outlet, window: Window
) -> Iterable[Run | Batch | Reading] | None:
    """Return what arrived of one measurement; None of one of which nobody tells anything."""
    own = _told(store, outlet, window)
    if outlet.measurement.key not in store.pushed_keys():
        return own
    # Late: numpy costs the start a fifth, and a world without readings needs none.
    from mockapi.world.pushed_readings import overlaid

    return overlaid(store, outlet, window, own or ())


def _told(store: Store, outlet: Outlet, window: Window) -> Iterable[Run | Batch | Reading] | None:
    """Return what arrived as the scenario has it; None without a model and a statement."""
    if outlet.stream is not None:
        return flowing(outlet.stream, window)
    if outlet.measurement.generated:
        return None
    return [
        Reading(each.at, each.updated_at, each.value)
        for each in store.stated_readings(outlet.measurement.key, window.since, window.until)
        if each.updated_at <= window.now
    ]


def flowing(stream: Stream, window: Window) -> Iterator[Run | Batch]:
    """Yield what arrived of a stream."""
    # Late: numpy costs the start a fifth, and a world without readings needs none.
    from mockapi.timeseries.delivery.arrivals import arrived

    yield from arrived(stream, window.now, window.since, window.until)
