"""Daily scores of a site in hundredths, and the times of their publication."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mockapi.domain.scores import ScoreCategory, midnight
from mockapi.scoring.engine.arithmetic import hundredths, mean_of, no_recorder
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.categories import CATEGORIES, counts_towards
from mockapi.scoring.engine.rolling_year import MeterDays, RollingYear

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)

FIRST_AFTER = timedelta(seconds=29)
"""assumption: the first scores follow the back-fill by 29 s, as the recorded ones did a request;
with them come those of all its days."""

DAILY_AFTER = timedelta(hours=1)
"""assumption: the scores of a day are published an hour after it ended where the site stands."""


@dataclass(frozen=True)
class PublicationSchedule:
    """Publication times of the scores of a site. Days are ordinals.

    *filling* is the duration of the back-fill.
    """

    registered_at: datetime
    timezone: str
    filling: timedelta = timedelta(0)

    @property
    def begins_at(self) -> int:
        """Return when the first scores are published, in seconds since 1970."""
        return -((_EPOCH - self.registered_at - self.filling - FIRST_AFTER) // _SECOND)

    def at(self, day: int) -> int:
        """Return when the scores of *day* are published, in seconds since 1970."""
        return max(self.begins_at, midnight(self.timezone, day + 1) + int(DAILY_AFTER / _SECOND))

    def at_ns(self, day: int) -> int:
        """Return when the scores of *day* are published, in nanoseconds since 1970."""
        return self.at(day) * 1_000_000_000

    def latest(self, now: int) -> int | None:
        """Return the last day whose scores are published at *now*; None before the first."""
        if now < self.begins_at:
            return None
        day = self._day(now - int(DAILY_AFTER / _SECOND)) - 1
        return day if self.at(day) <= now else day - 1

    def day_from(self, second: int) -> int:
        """Return the first day that begins at *second* or later."""
        day = self._day(second)
        return day if midnight(self.timezone, day) >= second else day + 1

    def _day(self, second: int) -> int:
        at = _EPOCH + timedelta(seconds=second)
        return at.astimezone(ZoneInfo(self.timezone)).toordinal()


NO_SCORE = -1
"""Value of a day without a score."""


@dataclass(frozen=True)
class DailyScores:
    """Daily scores by category from the ordinal day *first* on.

    Immutable: `extended_to` returns a longer copy.
    """

    first: int
    scores: Mapping[ScoreCategory, Sequence[int]]

    @classmethod
    def empty(cls, first: int, categories: Iterable[ScoreCategory] = CATEGORIES) -> "DailyScores":
        """Return scores of *categories* without any day."""
        return cls(first, {category: array("h") for category in categories})

    @property
    def end(self) -> int:
        """Return the first day that has no scores yet."""
        return self.first + len(next(iter(self.scores.values())))

    def score_on(self, category: ScoreCategory, day: int) -> int | None:
        """Return the score of *day* in hundredths; None if there is none."""
        if not self.first <= day < self.end:
            return None
        found = self.scores[category][day - self.first]
        return None if found == NO_SCORE else found

    def month(self, category: ScoreCategory, last: int) -> Mapping[int, int]:
        """Return the scores of the month up to the day *last*, by day."""
        begin = date.fromordinal(last).replace(day=1).toordinal()
        begin = max(begin, self.first)
        scores = self.scores[category][begin - self.first : last + 1 - self.first]
        return {day: found for day, found in enumerate(scores, begin) if found != NO_SCORE}

    def monthly(self, category: ScoreCategory, last: int) -> int | None:
        """Return the mean of the month's daily scores up to the day *last*."""
        scores = self.month(category, last)
        return mean_of(list(scores.values())) if scores else None

    def extended_to(
        self,
        until: int,
        building_profile: BuildingProfile,
        meters: Sequence[MeterDays],
        known_at: Callable[[int], int],
    ) -> "DailyScores":
        """Return the scores extended to the days before *until*.

        *meters* contain the year before each new day. *known_at* returns when a day is scored, in
        seconds since 1970; later readings do not count.
        """
        scores = {category: array("h", each) for category, each in self.scores.items()}
        years = [RollingYear(each) for each in meters]
        # Select the meters per category only once, not for thousands of days.
        scored = [
            (kept, CATEGORIES[category].method, _places(category, meters))
            for category, kept in scores.items()
        ]
        for kept, method, places in scored:
            if not places:
                kept.extend(
                    [_in_hundredths(method(building_profile, [], no_recorder))] * (until - self.end)
                )
        for day in range(self.end, until):
            at = known_at(day)
            read = [year.to(day, at) for year in years]
            for kept, method, places in scored:
                if places:
                    consumptions = [found for place in places if (found := read[place]) is not None]
                    kept.append(_in_hundredths(method(building_profile, consumptions, no_recorder)))
        return DailyScores(self.first, scores)


def _in_hundredths(score: float | None) -> int:
    return NO_SCORE if score is None else hundredths(score)


def _places(category: ScoreCategory, meters: Sequence[MeterDays]) -> Sequence[int]:
    return [place for place, each in enumerate(meters) if counts_towards(each.usage, category)]
