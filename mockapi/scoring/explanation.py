"""Explanation of one score: its inputs, its benchmark and the steps of its computation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mockapi.domain.errors import SiteNotFound
from mockapi.domain.factors import Factor, factors
from mockapi.domain.scores import ScoreCategory, ScoreNotFoundError, ScoreType
from mockapi.scoring.engine.arithmetic import Step, Trace, mean_of
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.categories import CATEGORIES, consumptions_of, score_of
from mockapi.scoring.engine.rolling_year import (
    YEAR,
    AnnualConsumption,
    RollingYear,
    Validity,
    validate_score,
)
from mockapi.scoring.inputs import building_profile_of, consumption
from mockapi.scoring.service import SiteScores
from mockapi.store.tables import PerformanceScore, Site
from mockapi.world.sites import is_scored, site_with
from mockapi.world.world import World

_HUNDRED = 100


@dataclass(frozen=True)
class Explanation:
    """How a score was computed; *made_from* are the averaged scores, by site or date."""

    site: Site
    building_profile: BuildingProfile
    date: str
    type: ScoreType
    category: ScoreCategory
    posted: PerformanceScore | None = None
    score: float | None = None
    updated_at_ns: int | None = None
    consumptions: Sequence[AnnualConsumption] = ()
    steps: Sequence[Step] = ()
    validity: Validity | None = None
    missing: Sequence[str] = ()
    made_from: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, Factor] = field(default_factory=dict)


def explain(
    world: World, site_id: str, day: date | None, type: ScoreType, category: ScoreCategory
) -> Explanation:
    """Return how the score of *day*, by default the latest, was computed.

    A posted score has no steps. Raise `SiteNotFound`, or `ScoreNotFoundError` if the built-in
    partner published no score of that day.
    """
    site = _site(world, site_id)
    building_profile = building_profile_of(site, world.seed)
    day = day or _last_day(world, site)
    posted = next(
        (
            each
            for each in world.store.scores(site_id, {type}, {category})
            if each.date == day.isoformat()
        ),
        None,
    )
    if posted is not None:
        return Explanation(
            site,
            building_profile,
            posted.date,
            type,
            category,
            posted,
            posted.score,
            posted.updated_at_ns,
        )
    if not is_scored(world, site):
        raise ScoreNotFoundError(
            "The built-in partner does not score this site: it is not registered, "
            "or its scenario says `scoring: none`."
        )
    scores = SiteScores(world, site)
    latest = scores.latest
    if latest is None or not scores.first <= day.toordinal() <= latest:
        raise ScoreNotFoundError(_range(scores.first, latest))
    if type is ScoreType.DAILY:
        return explain_daily(world, site, scores, day.toordinal(), category)
    return _mean(site, scores, day.toordinal(), type, category)


def _site(world: World, site_id: str) -> Site:
    try:
        return site_with(world, site_id)
    except LookupError as error:
        raise SiteNotFound from error


def _last_day(world: World, site: Site) -> date:
    latest = SiteScores(world, site).latest if is_scored(world, site) else None
    if latest is None:
        raise ScoreNotFoundError("No scores of this site are published yet.")
    return date.fromordinal(latest)


def _range(first: int, latest: int | None) -> str:
    if latest is None:
        return "No scores of this site are published yet; move the clock on."
    begin, end = date.fromordinal(first), date.fromordinal(latest)
    return f"Scores of this site are published for {begin} to {end}, as of the world's clock."


def explain_daily(
    world: World, site: Site, scores: SiteScores, day: int, category: ScoreCategory
) -> Explanation:
    """Return the explanation of the computed score of a published *day*, an ordinal."""
    building_profile, published = scores.building_profile, scores.schedule.at(day)
    meters = consumption(world, site, day - YEAR + 1, day + 1, (category,))
    read = [RollingYear(each).to(day, published) for each in meters]
    consumptions = consumptions_of(category, [each for each in read if each is not None])
    trace = Trace()
    _record_building_profile(building_profile, trace)
    score = score_of(category, building_profile, consumptions, trace)
    needs = CATEGORIES[category].needs
    missing = [name for name, gone in building_profile.missing.items() if gone and name in needs]
    if score is None and not missing:
        missing = ["readings" if CATEGORIES[category].roles else "surveys"]
    return Explanation(
        site,
        building_profile,
        date.fromordinal(day).isoformat(),
        ScoreType.DAILY,
        category,
        score=_decimal(scores.on((category,), day).get(category)),
        updated_at_ns=scores.schedule.at_ns(day),
        consumptions=consumptions,
        steps=trace.steps,
        validity=validate_score(consumptions, trace.steps, day)
        if CATEGORIES[category].roles
        else None,
        missing=missing,
        factors=_factors(building_profile, category, consumptions),
    )


def _record_building_profile(building_profile: BuildingProfile, trace: Trace) -> None:
    if building_profile.occupancy is not None:
        trace("O", building_profile.occupancy, "occupants", "N + V * (24 * d) * D / H")
    if building_profile.normalization is not None:
        trace(
            "delta",
            building_profile.normalization.density,
            "",
            "sqrt((A / O) / Aref), between 0.5 and 2",
        )
        trace(
            "fH", building_profile.normalization.hours, "", "(Href / H)^0.25, between 0.75 and 1.25"
        )


def _mean(
    site: Site, scores: SiteScores, day: int, type: ScoreType, category: ScoreCategory
) -> Explanation:
    latest = scores.latest or day
    if type is ScoreType.MONTHLY:
        last = min(latest, _month_end(day))
        daily_scores = scores.daily_scores(category)
        days = daily_scores.month(category, last)
        parts: Mapping[str, int] = {
            date.fromordinal(each).isoformat(): score for each, score in days.items()
        }
        at, stamp = scores.monthly_date(last), scores.schedule.at_ns(last)
    else:
        if day != latest:
            raise ScoreNotFoundError(
                f"Averages are as of {date.fromordinal(latest)}, the latest day."
            )
        parts = scores.averaged(type, (category,), day)[category]
        at, stamp = date.fromordinal(day).isoformat(), scores.schedule.at_ns(day)
    return Explanation(
        site,
        scores.building_profile,
        at,
        type,
        category,
        score=_decimal(mean_of(list(parts.values())) if parts else None),
        updated_at_ns=stamp,
        missing=() if parts else ("scores",),
        made_from={name: each / _HUNDRED for name, each in parts.items()},
    )


def _month_end(day: int) -> int:
    first = date.fromordinal(day).replace(day=1)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return after.toordinal() - 1


def _decimal(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / _HUNDRED


def _factors(
    building_profile: BuildingProfile,
    category: ScoreCategory,
    consumptions: Sequence[AnnualConsumption],
) -> Mapping[str, Factor]:
    """Return the factors that the computation uses, by their names in the steps."""
    known, benchmark = factors(), building_profile.benchmark
    air = known.air
    found: dict[str, Factor] = {}
    match category:
        case ScoreCategory.ENERGY | ScoreCategory.ELECTRICITY | ScoreCategory.FUEL:
            found |= {"m": benchmark.energy, "Aref": benchmark.density, "Href": benchmark.hours}
            found["emissions of reference"] = known.reference.emissions
            if category is not ScoreCategory.ENERGY:
                found["share of the category"] = getattr(known.reference, category.value)
        case ScoreCategory.WATER:
            found |= {"w": benchmark.water, "Aref": benchmark.density}
        case ScoreCategory.WASTE:
            found["g0"] = benchmark.waste
        case ScoreCategory.TRANSPORTATION:
            found["t0"] = known.reference.trip
        case _:
            found |= {
                f"CO2 score of {ppm:g} ppm": Factor(
                    value=score, source=air.source, version=air.version
                )
                for ppm, score in zip(air.ppm, air.score, strict=True)
            }
    for usage in dict.fromkeys(each.usage for each in consumptions):
        used = known.usage[usage]
        if used.metered is not None:
            found[f"{usage}: kWh per m3, as {used.metered}"] = used.energy[used.metered]
        if used.source is not None:
            found[f"{usage}: source energy per kWh"] = used.source
        if used.emissions is not None:
            burned = building_profile.grid if used.emissions == "grid" else used.emissions
            found[f"{usage}: kg CO2 per kWh"] = burned
    return found
