"""Bodies of performance scores and scoring requests (docs/contract/scores.md)."""

import math
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from mockapi.domain import timestamps
from mockapi.domain.edition import Edition
from mockapi.domain.patterns import DATE
from mockapi.domain.scores import (
    ComputedScore,
    ScoreCategory,
    ScoreType,
    ScoringRequestStatus,
    status_at,
)
from mockapi.http.body import ApiModel, encode, json_number
from mockapi.store.scores import NewScore

if TYPE_CHECKING:
    from mockapi.store.tables.scoring import PerformanceScore, ScoringRequest

_NUMERIC = r"^-?\d{1,20}(\.\d{1,20})?$"


def _score(value: object) -> float:
    # A saved request has the score as text; whether the backend accepted it is unknown.
    # assumption: numeric text is accepted as a score, and returned as a number.
    if isinstance(value, str):
        try:
            value = float(value) if "_" not in value else math.nan
        except ValueError:
            value = math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports ValueError only
    # assumption: bounds are unpublished; Arc's scores, the reference partner's, run from 0 to 100.
    if not 0 <= value <= 100:  # noqa: PLR2004
        raise ValueError("must be a number from 0 to 100")
    return float(value)


Score = Annotated[
    float,
    BeforeValidator(_score),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 100},
                {"type": "string", "pattern": r"^(\d{1,2}(\.\d{1,9})?|100(\.0{1,9})?)$"},
            ]
        },
        mode="validation",
    ),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}, mode="serialization"),
]
Day = Annotated[
    str,
    StringConstraints(pattern=DATE),
    Field(json_schema_extra={"format": "date"}),
]


Category = Annotated[
    str, WithJsonSchema({"type": "string", "enum": [category.value for category in ScoreCategory]})
]
"""A category in a request; the valid ones depend on API and edition."""


def _day(value: object) -> object:
    if isinstance(value, str):
        date.fromisoformat(value)
    return value


class ScoreIn(ApiModel):
    """A score in a request of a partner; `updatedAt` is ignored, because the server sets it."""

    model_config = ConfigDict(extra="ignore")

    date: Annotated[Day, BeforeValidator(_day)]
    score: Score
    type: ScoreType
    category: Category

    def to_store(self) -> NewScore:
        return NewScore(self.date, self.score, self.type, ScoreCategory(self.category))


class ScoreBody(ApiModel):
    """A score as published."""

    date: Day
    score: int | float = Field(json_schema_extra={"minimum": 0, "maximum": 100})
    type: ScoreType
    category: ScoreCategory
    updated_at: str | None = Field(default=None, json_schema_extra={"format": "date-time"})

    @classmethod
    def stamped(cls, score: NewScore, stamp: int) -> Self:
        """Return the body for a POST: with nanoseconds, without trailing zeros (recorded)."""
        return cls(
            date=score.date,
            score=json_number(score.score),
            type=score.type,
            category=score.category,
            updated_at=timestamps.format_nanoseconds(stamp),
        )

    @classmethod
    def of(cls, score: "PerformanceScore") -> Self:
        """Return the body for a GET: with seconds (recorded)."""
        return cls(
            date=score.date,
            score=json_number(score.score),
            type=score.type,
            category=score.category,
            updated_at=timestamps.format_ns_as_seconds(score.updated_at_ns),
        )


def encode_scores(scores: "Iterable[PerformanceScore | ComputedScore]") -> bytes:
    """Return the JSON array of *scores*.

    Computed ones are formatted without models, which would take ten times as long.
    """
    texts = []
    for each in scores:
        if not isinstance(each, ComputedScore):
            texts.append(encode(ScoreBody.of(each)).decode())
            continue
        stamp, at, kind, category, hundredths = each
        texts.append(
            f'{{"date":"{at}","score":{_format_score(hundredths)},"type":"{kind}",'
            f'"category":"{category}","updatedAt":"{_second(stamp)}"}}'
        )
    return f"[{','.join(texts)}]".encode()


@lru_cache(maxsize=10_001)
def _format_score(hundredths: int) -> str:
    return str(json_number(hundredths / 100))


_second = lru_cache(maxsize=4_096)(timestamps.format_ns_as_seconds)


_DETAILS = {
    ScoringRequestStatus.PENDING: "Site is being configured",
    ScoringRequestStatus.CONFIGURED: "site is configured successfully",
    # assumption: no rejected request was ever recorded; the detail is ours.
    ScoringRequestStatus.REJECTED: "Site could not be configured",
}


class ScoringRequestBody(ApiModel):
    """A scoring request as published; `id` is an integer in edition 2023-java."""

    id: str | int
    status: ScoringRequestStatus
    detail: str
    created_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, request: "ScoringRequest", edition: Edition, now: datetime) -> Self:
        """Return *request* with its status at *now*."""
        status = status_at(now, request.configured_at, request.rejected_at)
        is_open = status is ScoringRequestStatus.PENDING
        detail = request.detail if is_open else request.verdict_detail
        identity = request.number if edition.integer_request_ids else request.id
        return cls(
            id=request.id if identity is None else identity,
            status=status,
            detail=detail or _DETAILS[status],
            created_at=timestamps.format_seconds(request.created_at),
        )
