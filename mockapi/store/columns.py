"""Gives SQLite the two column types it lacks: aware instants and lists of words."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, or_
from sqlalchemy.types import TypeDecorator
from sqlmodel import col

from mockapi.domain import instants

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
        return max(_EARLIEST, min(instants.to_nanoseconds(value), _LATEST))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instants.from_nanoseconds(value)


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
