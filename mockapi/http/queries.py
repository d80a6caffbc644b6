"""Reads the query parameters of the two APIs, in every form that clients send them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from mockapi.domain import instants
from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.settings import within_reach

_MOST_WORDS = 50


def _split(value: object) -> object:
    # Java and JavaScript repeat the name, TypeScript joins with commas and sends `type=` for
    # an empty array (contract.md 3.6); mixtures work too.
    if isinstance(value, list | tuple | set | frozenset):
        words = {word for item in value for word in str(item).split(",") if word}
        if len(words) > _MOST_WORDS:
            raise ValueError(f"names {len(words)} values. Name at most {_MOST_WORDS}")
        return words
    return value


def _instant(value: object) -> object:
    return instants.parse_bound(value) if isinstance(value, str) else value


def _array_of(items: type[ScoreType | ScoreCategory]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": [each.value for each in items]}}


QueryInstant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


WorldInstant = Annotated[QueryInstant, AfterValidator(within_reach)]
"""An instant that a world's clock can show."""


class ScoreFilter(BaseModel):
    """Which scores are asked for; nothing stated means all."""

    model_config = ConfigDict(frozen=True)

    type: Annotated[
        frozenset[ScoreType], BeforeValidator(_split), WithJsonSchema(_array_of(ScoreType))
    ] = frozenset()
    category: Annotated[
        frozenset[str], BeforeValidator(_split), WithJsonSchema(_array_of(ScoreCategory))
    ] = frozenset()


class ArrivalWindow(BaseModel):
    """By `updatedAt`: from *since* on, and before *until*."""

    model_config = ConfigDict(frozen=True)

    since: QueryInstant | None = Field(default=None, alias="updatedAt[gte]")
    until: QueryInstant | None = Field(default=None, alias="updatedAt[lt]")


def names(values: Iterable[str]) -> str:
    """Return *values* as a reason lists them, sorted."""
    return ", ".join(sorted(values))
