"""Inputs of the scores of a site: its building profile and the daily totals of its meters."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from mockapi.domain import ids
from mockapi.domain.catalog import catalog
from mockapi.domain.factors import factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.building_profile import BuildingProfile, Surveys
from mockapi.scoring.engine.categories import counts_towards
from mockapi.scoring.engine.rolling_year import MeterDays
from mockapi.store.tables import Meter, Site
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.intervals import floor
from mockapi.world.sites import scoring_config_of
from mockapi.world.world import World

_TRIP = (50, 650)
_ANSWER = (35, 98)


def building_profile_of(site: Site, seed: int) -> BuildingProfile:
    """Return the building profile of *site*. Surveys that are not given are drawn by the seed."""
    config = scoring_config_of(site)
    surveys = _drawn(site, seed)
    if config.surveys is not None:
        surveys = Surveys(**config.surveys.model_dump())
    return BuildingProfile(
        type=site.type,
        area=site.gross_area,
        occupants=site.building_occupants,
        visitors_per_day=site.number_of_visitors_per_day,
        days_with_visitors=site.days_per_week_with_visitors,
        visit_duration=site.visit_duration,
        weekly_hours=site.weekly_operating_hours,
        country=site.country_iso_code,
        state=site.state_province,
        benchmark_name=config.benchmark,
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


def scored_channels(
    world: World, site: Site, categories: Collection[ScoreCategory]
) -> Iterator[MeterChannel]:
    """Yield the scored measurements of *site* that count towards *categories*, by main meter."""
    for meter, channels in groupby(world.reader.channels(site), lambda channel: channel.meter):
        if any(counts_towards(meter.usage, each) for each in categories):
            chosen = _scored(meter, list(channels))
            if chosen is not None:
                yield chosen


def consumption(
    world: World, site: Site, since: int, until: int, categories: Collection[ScoreCategory]
) -> Sequence[MeterDays]:
    """Return the daily amounts of the main meters of *site*, as of now.

    They are those of the days [*since*, *until*), which are proleptic ordinals. A day counts when
    its last reading has arrived. A day that the back-fill covers in part does not count. Only
    meters that count towards *categories* are included.
    """
    now = floor(world.now())
    meters = []
    for channel in scored_channels(world, site, categories):
        amounts = list(world.reader.daily_totals(channel, since, until))
        known = amounts[: bisect_right(amounts, now, key=lambda each: each.known_at)]
        meters.append(MeterDays(channel.meter.id, channel.meter.usage, known))
    return meters


def _scored(meter: Meter, channels: Sequence[MeterChannel]) -> MeterChannel | None:
    """Return the measurement of *meter* that is scored; None for a submeter."""
    able = [each for each in channels if each.stream is not None or not each.measurement.generated]
    if meter.parent_id is not None or meter.usage not in factors().usage or not able:
        return None
    commodity = catalog().by_usage().get(meter.usage)
    named = [each for each in able if commodity and each.measurement.name == commodity.measurement]
    return (named or able)[0]
