"""Tells scores what the meters of a site read, day by day, as it arrived.

The one place where scores meet readings: whoever changes how readings arrive changes this.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mockapi.domain.catalog import catalog
from mockapi.domain.factors import AIR, factors
from mockapi.domain.interval import Interval
from mockapi.generate.facts import site_facts
from mockapi.scoring.intake import MeterDays, Revision, micro
from mockapi.series.arrival import DELIVERY, begin_of, number_at
from mockapi.series.channel import Channel
from mockapi.store.tables import Measurement, Meter, Site
from mockapi.world.world import World

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DELIVERY = DELIVERY // _SECOND


def history_of(world: World, site: Site) -> timedelta:
    """Return how far back the data of *site* reach at its registration."""
    if site.history_seconds is not None:
        return timedelta(seconds=site.history_seconds)
    return world.scenario.history


def consumption(world: World, site: Site, since: int, until: int) -> Sequence[MeterDays]:
    """Return what each main meter of *site* read on the days [*since*, *until*), by now.

    Days are proleptic ordinals. A day counts from when its last reading arrived; one that the
    back-fill holds in part does not. Meters of usages that no score knows are left out.
    """
    if site.registered_at is None:
        return []
    equipment = world.store.meters(site.id)
    facts = site_facts(site, [meter.usage for meter, _ in equipment], world.seed)
    now = (world.now() - _EPOCH) // _SECOND
    days = range(since, until)
    told = []
    for meter, measurements in equipment:
        measured = _scored(meter, measurements)
        if measured is None:
            continue
        interval = Interval(meter.interval or site.interval or world.scenario.interval)
        if measured.generated:
            channel = Channel(facts, meter.id, meter.usage, measured.name)
            begin = site.registered_at - history_of(world, site)
            revisions = _generated(channel, interval, site.registered_at, begin, days)
        else:
            revisions = _stated(world, site, meter, measured.key, days)
        arrived = sorted((each for each in revisions if each.known_at <= now), key=_order)
        told.append(MeterDays(meter.id, meter.usage, arrived))
    return told


def _order(revision: Revision) -> tuple[int, int]:
    return revision.known_at, revision.day


def _scored(meter: Meter, measurements: Sequence[Measurement]) -> Measurement | None:
    """Return the measurement of *meter* that is scored; submeters would count twice."""
    if meter.parent_id is not None or meter.usage not in factors().usage or not measurements:
        return None
    commodity = catalog().by_usage().get(meter.usage)
    named = [each for each in measurements if commodity and each.name == commodity.measurement]
    return (named or list(measurements))[0]


def _generated(
    channel: Channel,
    interval: Interval,
    registered_at: datetime,
    begin: datetime,
    days: range,
) -> Iterator[Revision]:
    # Late: numpy costs the start a fifth, and a world without scores needs none.
    from mockapi.world.days import days_of

    first = begin_of(interval, number_at(interval, (begin - _EPOCH) // _SECOND))
    registered = (registered_at - _EPOCH) // _SECOND
    for begins, ends, day, amount in days_of(channel, interval, days.start, days.stop):
        if begins >= first:
            yield Revision(max(registered, ends + _DELIVERY), day, amount)


def _stated(world: World, site: Site, meter: Meter, key: str, days: range) -> Iterator[Revision]:
    """Yield what each day came to, with each reading that arrived for it."""
    zone = ZoneInfo(site.timezone or "UTC")
    so_far: dict[int, list[float]] = {}
    put_together: Callable[[list[float]], float] = sum
    if factors().usage[meter.usage].role in AIR:
        put_together = _mean
    readings = world.store.stated_readings(key, None, None)
    for each in sorted(readings, key=lambda reading: (reading.updated_at, reading.at)):
        day = each.at.astimezone(zone).toordinal()
        if day in days:
            so_far.setdefault(day, []).append(each.value)
            known_at = -((_EPOCH - each.updated_at) // _SECOND)
            yield Revision(known_at, day, micro(put_together(so_far[day])))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
