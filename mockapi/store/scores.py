"""Repository of performance scores and scoring requests."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, delete, or_, select, update

from mockapi.domain import ids, timestamps
from mockapi.domain.errors import ScoringRequestConflict
from mockapi.domain.scores import ScoreCategory, ScoreType, ScoringDecision, outcome_of
from mockapi.store.database_access import Repository
from mockapi.store.rows import is_ahead
from mockapi.store.tables import PerformanceScore, ScoringRequest, Site


@dataclass(frozen=True)
class NewScore:
    """A score as posted by a partner; *date* is ISO 8601.

    It gets the next timestamp unless it has one, in nanoseconds since 1970.
    """

    date: str
    score: float
    type: ScoreType
    category: ScoreCategory
    updated_at_ns: int | None = None


# Plain SQL: scores come by the thousand, and building these two statements with SQLAlchemy took
# twice as long as the rest of the request.
_NEWEST = "SELECT max(updated_at_ns), count(*) FROM performance_score WHERE site_id = ?"
_UPSERT = """
    INSERT INTO performance_score (site_id, date, score, type, category, updated_at_ns)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (site_id, date, type, category)
    DO UPDATE SET score = excluded.score, updated_at_ns = excluded.updated_at_ns
"""


class ScoreRepository(Repository):
    """Scores and scoring requests."""

    def scores(
        self,
        site_id: str,
        types: Collection[ScoreType],
        categories: Collection[ScoreCategory],
    ) -> Sequence[PerformanceScore]:
        """Return the site's scores by ascending `updatedAt`. Empty *types* means all types."""
        query = (
            select(PerformanceScore)
            .where(
                PerformanceScore.site_id == site_id,
                col(PerformanceScore.category).in_(categories),
            )
            .order_by(col(PerformanceScore.updated_at_ns), col(PerformanceScore.number))
        )
        if types:
            query = query.where(col(PerformanceScore.type).in_(types))
        with self._read_session() as session:
            return session.exec(query).all()

    def put_scores(
        self, site_id: str, scores: Sequence[NewScore], now: datetime, seed: int
    ) -> Sequence[int]:
        """Store *scores*, all or none. Return their timestamps in nanoseconds since 1970.

        A score with the same (site, date, type, category) replaces the older one and gets a new
        timestamp. Timestamps ascend, even while the clock is frozen.
        """
        # assumption: a score for the same site, date, type and category replaces the older one.
        with self._write_cursor("score") as cursor:
            newest, count = cursor.execute(_NEWEST, (site_id,)).fetchone()
            mint = _stamps(max(timestamps.to_nanoseconds(now), newest or 0), seed, site_id, count)
            stamps = [
                next(mint) if each.updated_at_ns is None else each.updated_at_ns for each in scores
            ]
            rows = [
                # Enum columns store the names of the members.
                (site_id, each.date, each.score, each.type.name, each.category.name, stamp)
                for each, stamp in zip(scores, stamps, strict=True)
            ]
            cursor.executemany(_UPSERT, rows)
        return stamps

    def remove_scores(
        self,
        site_id: str,
        date: str | None,
        type: ScoreType | None,
        category: ScoreCategory | None,
    ) -> int:
        """Remove the stored scores of a site that have all given values; return their number."""
        query = delete(PerformanceScore).where(col(PerformanceScore.site_id) == site_id)
        for column, value in (("date", date), ("type", type), ("category", category)):
            if value is not None:
                query = query.where(getattr(PerformanceScore, column) == value)
        with self._write_session("score") as session:
            return session.exec(query).rowcount

    def scoring_requests(self, site_id: str) -> Sequence[ScoringRequest]:
        """Return the requests of all customers for the site, oldest first."""
        with self._read_session() as session:
            return session.exec(
                select(ScoringRequest)
                .where(ScoringRequest.site_id == site_id)
                .order_by(col(ScoringRequest.number))
            ).all()

    def unsettled_scoring_requests(self, now: datetime) -> Sequence[ScoringRequest]:
        """Return the requests of all customers that are settled after *now*, unordered."""
        with self._read_session() as session:
            return session.exec(
                select(ScoringRequest).where(
                    or_(
                        col(ScoringRequest.configured_at) > now,
                        col(ScoringRequest.rejected_at) > now,
                    )
                )
            ).all()

    def add_scoring_request(
        self,
        site: Site,
        customer_id: str,
        now: datetime,
        seed: int,
        verdict: ScoringDecision | None,
    ) -> "ScoringRequest":
        """Add a request that is settled by *verdict*, or waits for a registration if None.

        Raise `ScoringRequestConflict` if another request is pending or configured.
        """
        # assumption: a request clashes with any that is open or configured; after a rejection it
        # may be repeated.
        with self._write_session("scoring_request") as session:
            standing = session.exec(
                select(ScoringRequest).where(
                    ScoringRequest.site_id == site.id, is_ahead(ScoringRequest.rejected_at, now)
                )
            ).first()
            if standing is not None:
                raise ScoringRequestConflict
            coming = outcome_of(verdict, now)
            number = 1 + (session.exec(select(func.max(ScoringRequest.number))).one() or 0)
            request = ScoringRequest(
                number=number,
                id=ids.uuid4(seed, "scoring request", number),
                site_id=site.id,
                customer_id=customer_id,
                created_at=now,
                configured_at=coming.configured_at,
                rejected_at=coming.rejected_at,
                verdict_detail=coming.detail,
            )
            session.add(request)
        return request

    def reject_scoring_requests(self, site_id: str, detail: str | None, at: datetime) -> None:
        """Reject, at the instant *at*, the requests for a site that are pending then."""
        with self._write_session("scoring_request") as session:
            session.exec(
                update(ScoringRequest)
                .where(
                    col(ScoringRequest.site_id) == site_id,
                    is_ahead(ScoringRequest.configured_at, at),
                    is_ahead(ScoringRequest.rejected_at, at),
                )
                .values(rejected_at=at, configured_at=None, verdict_detail=detail)
            )


def _stamps(start: int, seed: int, site_id: str, serial: int) -> Iterator[int]:
    # In the recorded response, the scores have different timestamps, 0.88 ms apart
    # (docs/contract/scores.md#writing-scores).
    stamp = start
    while True:
        serial += 1
        stamp += 500_000 + ids.seeded_int(seed, "stamp", site_id, serial, below=700_000)
        yield stamp
