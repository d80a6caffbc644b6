"""Scores of a site: posted ones and those of the built-in partner."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import merge

from mockapi.domain.scores import ComputedScore, ScoreCategory, ScoreType
from mockapi.scenario.seeding.site_rows import backfill_duration, history_of
from mockapi.scoring.engine.arithmetic import mean_of
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.daily_scores import NO_SCORE, DailyScores, PublicationSchedule
from mockapi.scoring.engine.rolling_year import YEAR
from mockapi.scoring.inputs import building_profile_of, consumption
from mockapi.store.tables import PerformanceScore, Site
from mockapi.timeseries.intervals import floor
from mockapi.world.sites import all_sites, is_scored
from mockapi.world.world import World

_DAYS_AT_ONCE = YEAR
"""Days that are scored at once. With the year before them, all meters' blocks fit in the caches."""
MOST_COMPARED = 10
"""assumption: averages use at most ten other sites, the first ones of the scenario."""


@dataclass
class _SiteCache:
    """Cached daily scores of a site by category: of all days, and of single days for averages."""

    daily_scores: dict[ScoreCategory, DailyScores] = field(default_factory=dict)
    single_days: dict[ScoreCategory, DailyScores] = field(default_factory=dict)


def listed(
    world: World,
    site: Site,
    types: Collection[ScoreType],
    categories: Collection[ScoreCategory],
) -> Iterator[PerformanceScore | ComputedScore]:
    """Yield the scores of a scored *site* by ascending `updatedAt`; empty *types* mean all.

    A posted score replaces a computed one of the same date, type and category.
    """
    posted = world.store.scores(site.id, types, categories)
    computed = SiteScores(world, site).published(frozenset(types or ScoreType), categories)
    taken = {(each.date, each.type, each.category) for each in posted}
    free = (each for each in computed if (each.date, each.type, each.category) not in taken)
    # Merged lazily, because a far clock has half a million scores.
    return merge(
        free,
        sorted(posted, key=lambda each: each.updated_at_ns),
        key=lambda each: each.updated_at_ns,
    )


class SiteScores:
    """The computed scores of a scored site, as published at the world's time. Days are ordinals."""

    def __init__(self, world: World, site: Site) -> None:
        if site.registered_at is None:
            raise ValueError("Only a registered site has scores.")
        self._world = world
        self._site = site
        self.schedule = PublicationSchedule(
            site.registered_at, site.timezone or "UTC", backfill_duration(site, world.scenario)
        )
        begins_at = site.registered_at - history_of(site, world.scenario)
        self.first = self.schedule.day_from(floor(begins_at))
        self._now = floor(world.now())

    @property
    def building_profile(self) -> BuildingProfile:
        return building_profile_of(self._site, self._world.seed)

    @property
    def latest(self) -> int | None:
        """Return the last day with published scores."""
        return self.schedule.latest(self._now)

    def daily_scores(self, category: ScoreCategory) -> DailyScores:
        """Return the daily scores of *category* on all published days."""
        return self.daily_scores_of((category,))[category]

    def daily_scores_of(
        self, categories: Collection[ScoreCategory]
    ) -> Mapping[ScoreCategory, DailyScores]:
        """Return the daily scores of all published days by category."""
        latest = self.latest
        cached = self._cache().daily_scores
        together: dict[int, dict[ScoreCategory, Sequence[int]]] = {}
        for category in categories:
            found = cached.get(category) or DailyScores.empty(self.first, (category,))
            together.setdefault(found.end, {})[category] = found.scores[category]
        result = {}
        for end, scores in together.items():
            daily_scores = DailyScores(self.first, scores)
            if latest is not None and end <= latest:
                daily_scores = self._extended_to(daily_scores, latest)
            result.update(dict.fromkeys(scores, daily_scores))
        cached.update(result)
        return result

    def published(
        self, types: frozenset[ScoreType], categories: Collection[ScoreCategory]
    ) -> Iterator[ComputedScore]:
        """Yield the scores that are published by now, oldest first."""
        latest = self.latest
        if latest is None:
            return
        wanted = [each for each in ScoreCategory if each in categories]
        if not types.isdisjoint({ScoreType.DAILY, ScoreType.MONTHLY}):
            yield from self._by_day(types, wanted, latest)
        yield from self._averages(types, wanted, latest)

    def _by_day(
        self, types: Collection[ScoreType], wanted: Sequence[ScoreCategory], latest: int
    ) -> Iterator[ComputedScore]:
        by_category = self.daily_scores_of(wanted)
        daily = [
            (each, by_category[each].scores[each]) for each in wanted if ScoreType.DAILY in types
        ]
        for day in range(self.first, latest + 1):
            stamp = self.schedule.at_ns(day)
            at = date.fromordinal(day)
            iso_date, index = at.isoformat(), day - self.first
            for category, scores in daily:
                if scores[index] != NO_SCORE:
                    yield ComputedScore(stamp, iso_date, ScoreType.DAILY, category, scores[index])
            if ScoreType.MONTHLY in types and (day == latest or _ends_month(at)):
                iso_date = self.monthly_date(day)
                for category in wanted:
                    mean = by_category[category].monthly(category, day)
                    if mean is not None:
                        yield ComputedScore(stamp, iso_date, ScoreType.MONTHLY, category, mean)

    def monthly_date(self, last: int) -> str:
        """Return the date of a monthly score that covers the days up to *last*."""
        # assumption: monthly scores were recorded with days amid a month; here the last one so far.
        at = date.fromordinal(last)
        dates = {
            "last": at,
            "first": at.replace(day=1),
            "as_of": date.fromordinal(last + 1),
        }
        return dates[self._world.scenario.monthly_date].isoformat()

    def _averages(
        self, types: Collection[ScoreType], categories: Sequence[ScoreCategory], latest: int
    ) -> Iterator[ComputedScore]:
        stamp = self.schedule.at_ns(latest)
        at = date.fromordinal(latest).isoformat()
        for kind in (ScoreType.LOCAL_AVERAGE, ScoreType.AVERAGE):
            if kind not in types:
                continue
            for category, scores in self.averaged(kind, categories, latest).items():
                if scores:
                    mean = mean_of(list(scores.values()))
                    yield ComputedScore(stamp, at, kind, category, mean)

    def averaged(
        self, type: ScoreType, categories: Collection[ScoreCategory], day: int
    ) -> Mapping[ScoreCategory, Mapping[str, int]]:
        """Return the scores that an average of *day* is computed from, in hundredths.

        assumption: `localAverage` is the mean of the sites of a country and state, `average` of
        all.

        The result is by category, then by site, or by date for averages over the site's own year.
        Other sites count with the scores that were published at the same time as those of *day*.
        """
        if type is ScoreType.AVERAGE and self._world.scenario.average_meaning != "global":
            by_category = self.daily_scores_of(categories)
            return {each: _year_of(by_category[each], each, day) for each in categories}
        scores: dict[ScoreCategory, dict[str, int]] = {each: {} for each in categories}
        instant = self.schedule.at(day)
        for site in _compared(self._world, self._site, local=type is ScoreType.LOCAL_AVERAGE):
            for category, score in SiteScores(self._world, site).as_of(categories, instant).items():
                scores[category][site.id] = score
        return scores

    def as_of(
        self, categories: Collection[ScoreCategory], instant: int
    ) -> Mapping[ScoreCategory, int]:
        """Return the latest daily scores that were published at *instant*, in hundredths."""
        day = self.schedule.latest(instant)
        return {} if day is None else self.on(categories, day)

    def on(self, categories: Collection[ScoreCategory], day: int) -> Mapping[ScoreCategory, int]:
        """Return the daily scores of a published *day*, in hundredths, without other days."""
        cached = self._cache()
        result = {
            category: daily_scores
            for category in categories
            for daily_scores in (
                cached.single_days.get(category),
                cached.daily_scores.get(category),
            )
            if daily_scores is not None and daily_scores.first <= day < daily_scores.end
        }
        missing = [each for each in categories if each not in result]
        if missing:
            single = self._extended_to(DailyScores.empty(day, missing), day)
            cached.single_days.update(dict.fromkeys(missing, single))
            result.update(dict.fromkeys(missing, single))
        scores = {
            category: daily_scores.score_on(category, day)
            for category, daily_scores in result.items()
        }
        return {category: score for category, score in scores.items() if score is not None}

    def _cache(self) -> _SiteCache:
        return self._world.store.cached("site", ("scores", self._site.id), _SiteCache)

    def _extended_to(self, daily_scores: DailyScores, latest: int) -> DailyScores:
        while daily_scores.end <= latest:
            until = min(daily_scores.end + _DAYS_AT_ONCE, latest + 1)
            meters = consumption(
                self._world,
                self._site,
                daily_scores.end - YEAR + 1,
                until,
                tuple(daily_scores.scores),
            )
            daily_scores = daily_scores.extended_to(
                until, self.building_profile, meters, self.schedule.at
            )
        return daily_scores


def _year_of(daily_scores: DailyScores, category: ScoreCategory, last: int) -> Mapping[str, int]:
    """Return the scores of the year that ends with the day *last*, by date."""
    scores = (
        (day, daily_scores.score_on(category, day)) for day in range(last - YEAR + 1, last + 1)
    )
    return {date.fromordinal(day).isoformat(): score for day, score in scores if score is not None}


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _compared(world: World, site: Site, *, local: bool) -> Sequence[Site]:
    """Return the sites that averages for *site* are computed from, including *site*."""

    def find() -> Sequence[Site]:
        place = (site.country_iso_code, site.state_province)
        others = (
            each
            for each in all_sites(world)
            if each.id != site.id and is_scored(world, each)
            if not local or (each.country_iso_code, each.state_province) == place
        )
        first = [each for each, _ in zip(others, range(MOST_COMPARED), strict=False)]
        return sorted([site, *first], key=lambda each: each.position)

    return world.store.cached("site", ("compared", site.id, local), find)
