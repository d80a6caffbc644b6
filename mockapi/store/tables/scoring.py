"""Tables of projects, scores and scoring requests."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.store.tables.base import InstantColumn, Row


class Project(Row, table=True):
    """A LEED project that a scoring provider registered for a site."""

    __table_args__ = (UniqueConstraint("site_id", "leed_id"),)
    number: int | None = Field(default=None, primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    leed_id: int = Field(sa_type=BigInteger)
    leed_name: str
    registered_at: datetime = Field(sa_type=InstantColumn)


class PerformanceScore(Row, table=True):
    """A published score; *updated_at_ns* is in nanoseconds since 1970."""

    __tablename__ = "performance_score"
    __table_args__ = (UniqueConstraint("site_id", "date", "type", "category"),)
    number: int | None = Field(default=None, primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    date: str
    score: float
    type: ScoreType
    category: ScoreCategory
    updated_at_ns: int = Field(sa_type=BigInteger)


class ScoringRequest(Row, table=True):
    """A customer's request to score a site; *number* is its id in edition 2023-java.

    It is configured or rejected at an instant, which may be in the future. Until then it is pending
    and shows *detail*, from then on *verdict_detail*.
    """

    __tablename__ = "scoring_request"
    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    created_at: datetime = Field(sa_type=InstantColumn)
    configured_at: datetime | None = Field(default=None, sa_type=InstantColumn)
    rejected_at: datetime | None = Field(default=None, sa_type=InstantColumn)
    detail: str | None = None
    verdict_detail: str | None = None
