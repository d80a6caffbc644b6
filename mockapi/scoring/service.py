"""Lists the scores of a site: those of the built-in partner, and those that partners posted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from mockapi.domain.scores import ComputedScore, ScoreCategory, ScoreType
from mockapi.scenario.seeding.backfill import backfill_duration, history_of
from mockapi.scoring.engine.arithmetic import mean_of
from mockapi.scoring.engine.building_profile import Premises
from mockapi.scoring.engine.daily_scores import NONE, Ledger, Publication
from mockapi.scoring.engine.rolling_year import YEAR
from mockapi.scoring.inputs import consumption, premises_of
from mockapi.store.tables.scoring import PerformanceScore
from mockapi.store.tables.sites import Site
from mockapi.world.sites import all_sites, is_scored
from mockapi.world.world import World

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_BILLION = 1_000_000_000
_MOST_COMPARED = 10
"""assumption: averages are of at most ten sites besides the site itself, the scenario's first
ones."""


@dataclass
class _Kept:
    """What is remembered of a site: all its days, and one day of a site that is compared with.

    By category: nobody works out those that were not asked for.
    """

    ledgers: dict[ScoreCategory, Ledger] = field(default_factory=dict)
    singles: dict[ScoreCategory, Ledger] = field(default_factory=dict)


def listed(
    world: World,
    site: Site,
    types: Collection[ScoreType],
    categories: Collection[ScoreCategory],
) -> Sequence[PerformanceScore | ComputedScore]:
    """Return the scores of a scored *site* by ascending `updatedAt`; empty *types* mean all.

    A posted score takes the place of a computed one of the same date, type and category.
    """
    posted = world.store.scores(site.id, types, categories)
    computed = SiteScores(world, site).published(frozenset(types or ScoreType), categories)
    if not posted:
        return list(computed)
    taken = {(each.date, each.type, each.category) for each in posted}
    free = [each for each in computed if (each.date, each.type, each.category) not in taken]
    return sorted([*free, *posted], key=lambda each: each.updated_at_ns)


class SiteScores:
    """The scores of one scored site, as published by the world's clock; days are ordinals."""

    def __init__(self, world: World, site: Site) -> None:
        if site.registered_at is None:
            raise ValueError("Only a registered site has scores.")
        self._world = world
        self._site = site
        self.publication = Publication(
            site.registered_at, site.timezone or "UTC", backfill_duration(site, world.scenario)
        )
        begin = (site.registered_at - history_of(site, world.scenario) - _EPOCH) // _SECOND
        self.first = self.publication.day_from(begin)
        self._now = (world.now() - _EPOCH) // _SECOND

    @property
    def premises(self) -> Premises:
        return premises_of(self._site, self._world.seed)

    @property
    def latest(self) -> int | None:
        """Return the last day with published scores."""
        return self.publication.latest(self._now)

    def ledger(self, category: ScoreCategory) -> Ledger:
        """Return the daily scores of all published days in *category*, perhaps among others."""
        return self.ledgers((category,))[category]

    def ledgers(self, categories: Collection[ScoreCategory]) -> Mapping[ScoreCategory, Ledger]:
        """Return the daily scores of all published days, those of each category in its ledger."""
        latest = self.latest
        kept = self._kept().ledgers
        together: dict[int, dict[ScoreCategory, Sequence[int]]] = {}
        for category in categories:
            found = kept.get(category) or Ledger.begun(self.first, (category,))
            together.setdefault(found.end, {})[category] = found.scores[category]
        told = {}
        for end, scores in together.items():
            ledger = Ledger(self.first, scores)
            if latest is not None and end <= latest:
                ledger = self._carried_on(ledger, latest)
            told.update(dict.fromkeys(scores, ledger))
        kept.update(told)
        return told

    def published(
        self, types: frozenset[ScoreType], categories: Collection[ScoreCategory]
    ) -> Iterator[ComputedScore]:
        """Yield what is published by now, oldest first."""
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
        ledgers = self.ledgers(wanted)
        daily = [(each, ledgers[each].scores[each]) for each in wanted if ScoreType.DAILY in types]
        for day in range(self.first, latest + 1):
            stamp = self.publication.at(day) * _BILLION
            at = date.fromordinal(day)
            spelled, index = at.isoformat(), day - self.first
            for category, scores in daily:
                if scores[index] != NONE:
                    yield ComputedScore(stamp, spelled, ScoreType.DAILY, category, scores[index])
            if ScoreType.MONTHLY in types and (day == latest or _ends_month(at)):
                spelled = self.monthly_date(day)
                for category in wanted:
                    mean = ledgers[category].monthly(category, day)
                    if mean is not None:
                        yield ComputedScore(stamp, spelled, ScoreType.MONTHLY, category, mean)

    def monthly_date(self, last: int) -> str:
        """Return the date of the score of a month that is scored up to the day *last*."""
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
        stamp = self.publication.at(latest) * _BILLION
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
        """Return, in hundredths, the scores whose mean an average of *day* is.

        assumption: `localAverage` is the mean of the sites of a country and state, `average` of
        all.

        By category and site; of the site's own year by date. Other sites count with what was
        published when the scores of *day* were.
        """
        if type is ScoreType.AVERAGE and self._world.scenario.average_meaning != "global":
            ledgers = self.ledgers(categories)
            return {each: _year_of(ledgers[each], each, day) for each in categories}
        scores: dict[ScoreCategory, dict[str, int]] = {each: {} for each in categories}
        instant = self.publication.at(day)
        for site in _compared(self._world, self._site, local=type is ScoreType.LOCAL_AVERAGE):
            for category, score in SiteScores(self._world, site).as_of(categories, instant).items():
                scores[category][site.id] = score
        return scores

    def as_of(
        self, categories: Collection[ScoreCategory], instant: int
    ) -> Mapping[ScoreCategory, int]:
        """Return the latest daily scores that were published at *instant*, in hundredths."""
        day = self.publication.latest(instant)
        if day is None:
            return {}
        kept = self._kept()
        told = {
            category: ledger
            for category in categories
            for ledger in (kept.singles.get(category), kept.ledgers.get(category))
            if ledger is not None and ledger.first <= day < ledger.end
        }
        lacking = [each for each in categories if each not in told]
        if lacking:
            single = self._carried_on(Ledger.begun(day, lacking), day)
            kept.singles.update(dict.fromkeys(lacking, single))
            told.update(dict.fromkeys(lacking, single))
        scores = {category: ledger.on(category, day) for category, ledger in told.items()}
        return {category: score for category, score in scores.items() if score is not None}

    def _kept(self) -> _Kept:
        return self._world.store.remember("site", ("scores", self._site.id), _Kept)

    def _carried_on(self, ledger: Ledger, latest: int) -> Ledger:
        meters = consumption(
            self._world, self._site, ledger.end - YEAR + 1, latest + 1, tuple(ledger.scores)
        )
        return ledger.carried_on(latest + 1, self.premises, meters, self.publication.at)


def _year_of(ledger: Ledger, category: ScoreCategory, last: int) -> Mapping[str, int]:
    """Return the scores of the year that ends with the day *last*, by date."""
    scores = ((day, ledger.on(category, day)) for day in range(last - YEAR + 1, last + 1))
    return {date.fromordinal(day).isoformat(): score for day, score in scores if score is not None}


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _compared(world: World, site: Site, *, local: bool) -> Sequence[Site]:
    """Return the sites that averages for *site* are of, itself among them."""

    def find() -> Sequence[Site]:
        place = (site.country_iso_code, site.state_province)
        others = (
            each
            for each in all_sites(world)
            if each.id != site.id and is_scored(world, each)
            if not local or (each.country_iso_code, each.state_province) == place
        )
        first = [each for each, _ in zip(others, range(_MOST_COMPARED), strict=False)]
        return sorted([site, *first], key=lambda each: each.position)

    return world.store.remember("site", ("compared", site.id, local), find)
