"""Lists the scores of a site: those of the built-in partner, and those that partners posted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mockapi.domain.score import ComputedScore, ScoreCategory, ScoreType
from mockapi.generate.arrivals import filling_of, history_of
from mockapi.scoring.curve import mean_of
from mockapi.scoring.intake import YEAR
from mockapi.scoring.ledger import NONE, Ledger
from mockapi.scoring.premises import Premises
from mockapi.scoring.publication import Publication
from mockapi.store.tables.scoring import PerformanceScore
from mockapi.store.tables.sites import Site
from mockapi.world.consumption import consumption
from mockapi.world.premises import premises_of
from mockapi.world.scored import is_scored
from mockapi.world.world import World

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_BILLION = 1_000_000_000
_MOST_COMPARED = 10
"""inferred: averages are of at most ten sites besides the site itself, the scenario's first
ones."""


@dataclass
class _Kept:
    """What is remembered of a site: all its days, and one day of a site that is compared with."""

    ledger: Ledger | None = None
    single: Ledger | None = None


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
            site.registered_at, site.timezone or "UTC", filling_of(site, world.scenario)
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

    def ledger(self) -> Ledger:
        """Return the daily scores of all published days."""
        latest = self.latest
        kept = self._kept()
        found = kept.ledger or Ledger.begun(self.first)
        if latest is not None and found.end <= latest:
            found = self._carried_on(found, latest)
            kept.ledger = found
        return found

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
        ledger = self.ledger()
        daily = [(each, ledger.scores[each]) for each in wanted if ScoreType.DAILY in types]
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
                    mean = ledger.monthly(category, day)
                    if mean is not None:
                        yield ComputedScore(stamp, spelled, ScoreType.MONTHLY, category, mean)

    def monthly_date(self, last: int) -> str:
        """Return the date of the score of a month that is scored up to the day *last*."""
        # inferred: monthly scores were recorded with days amid a month; here the last one so far.
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
            for category in categories:
                scores = self.averaged(kind, category, latest)
                if scores:
                    mean = mean_of(list(scores.values()))
                    yield ComputedScore(stamp, at, kind, category, mean)

    def averaged(self, type: ScoreType, category: ScoreCategory, day: int) -> dict[str, int]:
        """Return, in hundredths, the scores whose mean an average of *day* is.

        inferred: `localAverage` is the mean of the sites of a country and state, `average` of all.

        By site; of the site's own year by date. Other sites count with what was published when
        the scores of *day* were.
        """
        if type is ScoreType.AVERAGE and self._world.scenario.average_meaning != "global":
            ledger = self.ledger()
            own = ((each, ledger.on(category, each)) for each in range(day - YEAR + 1, day + 1))
            return {
                date.fromordinal(each).isoformat(): score
                for each, score in own
                if score is not None
            }
        scores = {}
        instant = self.publication.at(day)
        for site in _compared(self._world, self._site, local=type is ScoreType.LOCAL_AVERAGE):
            score = SiteScores(self._world, site).as_of(category, instant)
            if score is not None:
                scores[site.id] = score
        return scores

    def as_of(self, category: ScoreCategory, instant: int) -> int | None:
        """Return the latest daily score that was published at *instant*, in hundredths."""
        day = self.publication.latest(instant)
        if day is None:
            return None
        kept = self._kept()
        for found in (kept.ledger, kept.single):
            if found is not None and found.first <= day < found.end:
                return found.on(category, day)
        kept.single = self._carried_on(Ledger.begun(day), day)
        return kept.single.on(category, day)

    def _kept(self) -> _Kept:
        return self._world.store.remember("site", ("scores", self._site.id), _Kept)

    def _carried_on(self, ledger: Ledger, latest: int) -> Ledger:
        meters = consumption(self._world, self._site, ledger.end - YEAR + 1, latest + 1)
        return ledger.carried_on(latest + 1, self.premises, meters, self.publication.at)


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _compared(world: World, site: Site, *, local: bool) -> Sequence[Site]:
    """Return the sites that averages for *site* are of, itself among them."""

    def find() -> Sequence[Site]:
        place = (site.country_iso_code, site.state_province)
        others = (
            each
            for customer in world.store.customers()
            for each in world.store.sites(customer.id)
            if each.customer_id == customer.id and each.id != site.id and is_scored(world, each)
            if not local or (each.country_iso_code, each.state_province) == place
        )
        first = [each for each, _ in zip(others, range(_MOST_COMPARED), strict=False)]
        return sorted([site, *first], key=lambda each: each.position)

    return world.store.remember("site", ("compared", site.id, local), find)
