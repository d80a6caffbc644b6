"""Inputs of the scores of a site: its building profile and the daily totals of its meters."""

from collections.abc import Collection, Sequence
from itertools import groupby

from mockapi.domain import ids
from mockapi.domain.catalog import catalog
from mockapi.domain.daily_amounts import DailyAmount
from mockapi.domain.factors import factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.building_profile import Premises, Surveys
from mockapi.scoring.engine.categories import counts_towards
from mockapi.scoring.engine.rolling_year import MeterDays
from mockapi.store.tables.meters import Meter
from mockapi.store.tables.sites import Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.intervals import floor
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
    # assumption: no sample of a survey is published; what occupants answer is drawn for each site.
    def draw(what: str, least: int, most: int) -> int:
        return least + ids.seeded_int(seed, "survey", site.id, what, below=most - least + 1)

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
    reader = world.reader
    meters = []
    for meter, channels in groupby(reader.channels(site), lambda channel: channel.meter):
        if not any(counts_towards(meter.usage, each) for each in categories):
            continue
        chosen = _scored(meter, list(channels))
        if chosen is None:
            continue
        amounts = reader.daily_totals(chosen, since, until)
        known = sorted((each for each in amounts if each.known_at <= now), key=_order)
        meters.append(MeterDays(meter.id, meter.usage, known))
    return meters


def _order(amount: DailyAmount) -> tuple[int, int]:
    return amount.known_at, amount.day


def _scored(meter: Meter, channels: Sequence[MeterChannel]) -> MeterChannel | None:
    """Return the measurement of *meter* that is scored; submeters would count twice."""
    able = [each for each in channels if each.stream is not None or not each.measurement.generated]
    if meter.parent_id is not None or meter.usage not in factors().usage or not able:
        return None
    commodity = catalog().by_usage().get(meter.usage)
    named = [each for each in able if commodity and each.measurement.name == commodity.measurement]
    return (named or able)[0]
