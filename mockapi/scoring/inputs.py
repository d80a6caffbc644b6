"""Tells scores what the meters of a site read, day by day, as it arrived.

The one place where scores meet readings: whoever changes how readings arrive changes this.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from mockapi.domain import ids
from mockapi.domain.catalog import catalog
from mockapi.domain.factors import AIR, factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.building_profile import Premises, Surveys
from mockapi.scoring.engine.categories import counts_towards
from mockapi.scoring.engine.rolling_year import MeterDays, Revision, micro
from mockapi.store.tables.meters import Meter
from mockapi.store.tables.sites import Site
from mockapi.timeseries.defects.incident import Stream
from mockapi.timeseries.delivery.arrival import ceiling, floor
from mockapi.world.readings import Outlet
from mockapi.world.sites import said_of
from mockapi.world.world import World

_TRIP = (50, 650)
_ANSWER = (35, 98)


def premises_of(site: Site, seed: int) -> Premises:
    """Return what of *site* counts for its scores; surveys that are not stated are drawn."""
    said = said_of(site)
    surveys = _drawn(site, seed)
    if said.surveys is not None:
        surveys = Surveys(**said.surveys.model_dump())
    return Premises(
        type=site.type,
        area=site.gross_area,
        occupants=site.building_occupants,
        visitors_a_day=site.number_of_visitors_per_day,
        days_with_visitors=site.days_per_week_with_visitors,
        visit_duration=site.visit_duration,
        weekly_hours=site.weekly_operating_hours,
        country=site.country_iso_code,
        state=site.state_province,
        benchmark_name=said.benchmark,
        surveys=surveys,
    )


def _drawn(site: Site, seed: int) -> Surveys:
    # inferred: no sample of a survey is published; what occupants answer is drawn for each site.
    def draw(what: str, least: int, most: int) -> int:
        return least + ids.number(seed, "survey", site.id, what, below=most - least + 1)

    return Surveys(
        trip=draw("trip", *_TRIP) / 100,
        policies=draw("policies", *_ANSWER),
        feedback=draw("feedback", *_ANSWER),
    )


def consumption(
    world: World, site: Site, since: int, until: int, categories: Collection[ScoreCategory]
) -> Sequence[MeterDays]:
    """Return what each main meter of *site* read on the days [*since*, *until*), by now.

    Days are proleptic ordinals. A day counts from when its last reading arrived; one that the
    back-fill holds in part does not. Meters that count towards none of *categories* are left out.
    """
    now = floor(world.now())
    days = range(since, until)
    told = []
    for meter, outlets in groupby(world.outlets(site), lambda outlet: outlet.meter):
        if not any(counts_towards(meter.usage, each) for each in categories):
            continue
        chosen = _scored(meter, list(outlets))
        if chosen is None:
            continue
        if chosen.stream is None:
            revisions = _stated(world, site, chosen, days)
        else:
            revisions = _generated(world, chosen, chosen.stream, days)
        arrived = sorted((each for each in revisions if each.known_at <= now), key=_order)
        told.append(MeterDays(meter.id, meter.usage, arrived))
    return told


def _order(revision: Revision) -> tuple[int, int]:
    return revision.known_at, revision.day


def _scored(meter: Meter, outlets: Sequence[Outlet]) -> Outlet | None:
    """Return the measurement of *meter* that is scored; submeters would count twice."""
    able = [each for each in outlets if each.stream is not None or not each.measurement.generated]
    if meter.parent_id is not None or meter.usage not in factors().usage or not able:
        return None
    commodity = catalog().by_usage().get(meter.usage)
    named = [each for each in able if commodity and each.measurement.name == commodity.measurement]
    return (named or able)[0]


def _generated(world: World, outlet: Outlet, stream: Stream, days: range) -> Iterator[Revision]:
    # Late: numpy costs the start a fifth, and a world without scores needs none.
    if outlet.measurement.key in world.store.pushed_keys():
        from mockapi.world.pushed_days import pushed_days_of

        return pushed_days_of(world.store, outlet, stream, days.start, days.stop)
    from mockapi.world.days import days_of

    return days_of(stream, days.start, days.stop)


def _stated(world: World, site: Site, outlet: Outlet, days: range) -> Iterator[Revision]:
    """Yield what each day came to, with each reading that arrived for it, or was withdrawn."""
    zone = ZoneInfo(site.timezone or "UTC")
    so_far: dict[int, dict[datetime, float]] = {}
    put_together: Callable[[Collection[float]], float] = sum
    if factors().usage[outlet.meter.usage].role in AIR:
        put_together = _mean
    for known_at, at, value in sorted(_told(world, outlet), key=lambda told: told[:2]):
        day = at.astimezone(zone).toordinal()
        if day not in days:
            continue
        readings = so_far.setdefault(day, {})
        if value is not None:
            readings[at] = value
        elif readings.pop(at, None) is None:
            continue
        values = readings.values()
        yield Revision(known_at, day, micro(put_together(values)) if values else None)


def _told(world: World, outlet: Outlet) -> Iterator[tuple[int, datetime, float | None]]:
    """Yield when each stated and pushed reading is known, its date and value; None withdraws."""
    key = outlet.measurement.key
    for each in world.store.stated_readings(key, None, None):
        yield ceiling(each.updated_at), each.at, each.value
    for push in world.store.pushed(key, None, None, None):
        arrived = max(push.pushed_at, outlet.registered_at)
        # A second later: see what is pushed over generated readings.
        yield floor(arrived) + 1, push.at, push.value


def _mean(values: Collection[float]) -> float:
    return sum(values) / len(values)
