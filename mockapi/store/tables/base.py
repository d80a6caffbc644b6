"""Shapes what all tables are, and what a world knows of itself."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, or_
from sqlalchemy.orm import class_mapper
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel, col
from sqlmodel._compat import SQLModelConfig

from mockapi.domain import timestamps

_EARLIEST = -(2**63)
_LATEST = 2**63 - 1


class InstantColumn(TypeDecorator[datetime]):
    """An aware instant, kept as nanoseconds since 1970 and read back in UTC.

    SQLite drops the zone of a datetime; an integer keeps order and loses nothing. Its 64 bits
    end in the years 1677 and 2262; an instant beyond is kept, and compared, as the nearest end.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return max(_EARLIEST, min(timestamps.to_nanoseconds(value), _LATEST))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else timestamps.from_nanoseconds(value)


class WordsColumn(TypeDecorator[tuple[str, ...]]):
    """Words without white space (scopes, URIs), kept as one text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.split())


def is_ahead(column: datetime | None, now: datetime) -> ColumnElement[bool]:
    """Select what happens after *now*, or never."""
    return or_(col(column).is_(None), col(column) > now)


class Row(SQLModel):
    """What every table's rows are; rows are trusted, so nothing that validates them is built."""

    model_config = SQLModelConfig(defer_build=True)

    @classmethod
    def drawn(cls, **columns: object) -> Self:
        """Return a row with *columns* ten times as fast as the constructor does.

        A column that is not given has its default, which is a plain value.
        """
        # SQLAlchemy configures mappers in the constructor and in queries. This row may come before
        # either of them, and `class_mapper` configures them, too.
        row: Self = class_mapper(cls).class_manager.new_instance()
        row.__dict__.update(_defaults(cls))
        row.__dict__.update(columns)
        return row


class WorldFact(Row, table=True):
    """One thing the world knows of itself: its scenario's text, its seed, its time."""

    __tablename__ = "world_fact"
    name: str = Field(primary_key=True)
    value: str


@cache
def _defaults(kind: type[Row]) -> Mapping[str, object]:
    fields = kind.model_fields.items()
    return {name: None if field.is_required() else field.default for name, field in fields}
