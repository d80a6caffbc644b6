"""Performance scores: bodies, create and list (docs/contract/scores.md)."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from typing import Annotated, Self

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from mockapi.domain import timestamps
from mockapi.domain.errors import InvalidParam, InvalidRequest
from mockapi.domain.scores import CLASSIC_CATEGORIES, ComputedScore, ScoreCategory, ScoreType
from mockapi.domain.text_matching import DATE
from mockapi.http.context import bearer_of, world_of
from mockapi.http.json_bodies import ApiModel, encode, json_number, max_items
from mockapi.http.parameters import ScoreFilter, join_sorted
from mockapi.http.responses import JsonResponse
from mockapi.store.scores import NewScore
from mockapi.store.tables import PerformanceScore
from mockapi.world.sites import is_scored
from mockapi.world.world import World


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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "date": "2026-05-31",
                    "score": 87.5,
                    "type": "daily",
                    "category": "energy",
                    "updatedAt": "2026-06-01T09:00:00Z",
                }
            ]
        }
    )

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
    def of(cls, score: PerformanceScore) -> Self:
        """Return the body for a GET: with seconds (recorded)."""
        return cls(
            date=score.date,
            score=json_number(score.score),
            type=score.type,
            category=score.category,
            updated_at=timestamps.format_ns_as_seconds(score.updated_at_ns),
        )


def encode_scores(scores: Iterable[PerformanceScore | ComputedScore]) -> bytes:
    """Return the JSON array of *scores*.

    Computed ones are formatted without models, which would take ten times as long.
    """
    body, waiting = BytesIO(), iter(scores)
    body.write(b"[")
    # In parts, because the texts of a century would take a hundred megabytes.
    while part := ",".join(map(_encode_score, islice(waiting, _SCORES_PER_PART))):
        body.write(part.encode() if body.tell() == 1 else f",{part}".encode())
    body.write(b"]")
    return body.getvalue()


_SCORES_PER_PART = 4_096


def _encode_score(score: PerformanceScore | ComputedScore) -> str:
    if not isinstance(score, ComputedScore):
        return encode(ScoreBody.of(score)).decode()
    stamp, at, kind, category, hundredths = score
    return (
        f'{{"date":"{at}","score":{_format_score(hundredths)},"type":"{kind}",'
        f'"category":"{category}","updatedAt":"{_second(stamp)}"}}'
    )


@lru_cache(maxsize=10_001)
def _format_score(hundredths: int) -> str:
    return str(json_number(hundredths / 100))


_second = lru_cache(maxsize=4_096)(timestamps.format_ns_as_seconds)


# assumption: no limit of scores is published; here a request may hold 10,000 of them.
MAX_SCORES = 10_000
_MANY = 200
"""Number of scores above which a thread stores them."""
_MAX_ERRORS = 100


async def put_scores(
    request: Request, site_id: str, scores: Annotated[list[ScoreIn], max_items(MAX_SCORES)]
) -> Response:
    world = world_of(request)
    allowed = world.edition.partner_categories
    _check_categories(
        [(f"[{index}].category", each.category) for index, each in enumerate(scores)], allowed
    )
    site = world.store.site(site_id, bearer_of(request).customer_id)

    def stored() -> bytes:
        new = [score.to_store() for score in scores]
        stamps = world.store.put_scores(site.id, new, world.now(), world.seed)
        pairs = zip(new, stamps, strict=True)
        return encode([ScoreBody.stamped(score, stamp) for score, stamp in pairs])

    # In a thread, so that other requests are not blocked.
    body = stored() if len(scores) <= _MANY else await run_in_threadpool(stored)
    return JsonResponse(body, HTTPStatus.CREATED)


async def list_scores(
    request: Request, site_id: str, filter_: Annotated[ScoreFilter, Query()]
) -> Response:
    world = world_of(request)
    return await _list(request, world, site_id, filter_, world.edition.partner_categories)


async def list_scores_for_user(
    request: Request, site_id: str, filter_: Annotated[ScoreFilter, Query()]
) -> Response:
    # assumption: the customers' page lists six categories; newer ones are hidden from their API,
    # because the published Java client throws on a category it does not know.
    world = world_of(request)
    shown = CLASSIC_CATEGORIES
    if world.settings.user_api_new_categories:
        shown = world.edition.partner_categories
    return await _list(request, world, site_id, filter_, shown)


async def _list(
    request: Request,
    world: World,
    site_id: str,
    filter_: ScoreFilter,
    shown: frozenset[ScoreCategory],
) -> Response:
    _check_categories([("category", each) for each in filter_.category], shown)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    categories = frozenset(ScoreCategory(each) for each in filter_.category) or shown
    if not is_scored(world, site):
        rows = world.store.scores(site.id, filter_.type, categories)
        return JsonResponse(encode([ScoreBody.of(row) for row in rows]))

    def computed() -> bytes:
        # Imported lazily: numpy adds 90 ms to start-up.
        from mockapi.scoring.service import listed

        return encode_scores(listed(world, site, filter_.type, categories))

    # In a thread, because there may be years to compute.
    return JsonResponse(await run_in_threadpool(computed))


def _check_categories(
    categories: Sequence[tuple[str, str]], allowed: frozenset[ScoreCategory]
) -> None:
    reason = f"must be one of {join_sorted(allowed)}"
    unknown = (
        InvalidParam(path, "category", reason)
        for path, category in categories
        if category not in allowed
    )
    if listed := list(islice(unknown, _MAX_ERRORS)):
        raise InvalidRequest(listed)
