"""Base class of rows, and types of columns."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, or_
from sqlalchemy.orm import class_mapper
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel, col
from sqlmodel._compat import SQLModelConfig

from mockapi.domain import timestamps

_EARLIEST = -(2**63)
_LATEST = 2**63 - 1


class InstantColumn(TypeDecorator[datetime]):
    """An aware instant, stored as nanoseconds since 1970 and read in UTC.

    SQLite drops the offset of a datetime. A 64-bit integer is exact and sortable. It covers 1677 to
    2262; an instant outside is stored and compared as the nearest limit.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return max(_EARLIEST, min(timestamps.to_nanoseconds(value), _LATEST))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else timestamps.from_nanoseconds(value)


class SpaceSeparatedColumn(TypeDecorator[tuple[str, ...]]):
    """A tuple of words without white space (scopes, URIs), stored as one text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.split())


def is_ahead(column: datetime | None, now: datetime) -> ColumnElement[bool]:
    """Return the condition that *column* is later than *now* or null."""
    return or_(col(column).is_(None), col(column) > now)


class Row(SQLModel):
    """Base class of rows. Rows are trusted, so that no validators are built."""

    model_config = SQLModelConfig(defer_build=True)

    @classmethod
    def create_unvalidated(cls, **columns: object) -> Self:
        """Return a row with *columns*, without validation: ten times as fast as the constructor.

        A missing column gets its default, which must be a plain value.
        """
        # SQLAlchemy configures mappers in the constructor and in queries. This row may be created
        # before either, so `class_mapper` configures them.
        row: Self = class_mapper(cls).class_manager.new_instance()
        row.__dict__.update(_defaults(cls))
        row.__dict__.update(columns)
        return row


@cache
def _defaults(kind: type[Row]) -> Mapping[str, object]:
    fields = kind.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}
