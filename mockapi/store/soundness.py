"""Checks of a database before a world is read from it: of a data file, and of a snapshot."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Enum, Float, Integer, Table, create_engine
from sqlalchemy.types import TypeDecorator

from mockapi.domain.interval import Interval
from mockapi.store.file import SCHEMA_VERSION
from mockapi.store.tables import every_table

_SCHEMA = (
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"
)
_READERS: Mapping[str, Callable[[str], object]] = {
    "site.timezone": ZoneInfo,
    "site.interval": Interval,
    "site.arrival": json.loads,
    "site.scoring": json.loads,
    "meter.interval": Interval,
    "defect.settings": json.loads,
    "performance_score.date": date.fromisoformat,
}
"""What the texts of some columns are read by; the types of the others say all about them."""


class UnsoundError(Exception):
    """A database is not what a world can be read from; the message says why."""


def demand_sound(database: sqlite3.Connection) -> None:
    """Raise `UnsoundError` unless *database* has a world's tables, intact, with rows that load."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        raise UnsoundError(f"its version is {version}, and this mockapi reads {SCHEMA_VERSION}")
    if database.execute(_SCHEMA).fetchall() != _schema():
        raise UnsoundError("its tables are not those of this version of mockapi")
    verdicts = database.execute("PRAGMA integrity_check(1)").fetchone()
    if verdicts != ("ok",):
        raise UnsoundError(" ".join(str(verdicts[0]).split()))
    orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise UnsoundError(f"a row of {orphan[0]} refers to a row of {orphan[2]} that is missing")
    for table in every_table().sorted_tables:
        _demand_types(database, table)
        for column in table.columns:
            read = _READERS.get(f"{table.name}.{column.name}")
            if read is not None:
                _demand_readable(database, column, read)


def _demand_types(database: sqlite3.Connection, table: Table) -> None:
    faults = " ".join(
        f"WHEN NOT ({_condition(column)}) THEN '{column.name}'" for column in table.columns
    )
    # The names of tables and columns are mockapi's own, in this query and those below.
    fault = database.execute(
        f'SELECT CASE {faults} END AS fault FROM "{table.name}" '  # noqa: S608
        "WHERE fault IS NOT NULL LIMIT 1"
    ).fetchone()
    if fault is not None:
        raise UnsoundError(f"{table.name}.{fault[0]} has a value of a wrong type")
    # Fetched for the sake of texts that are not UTF-8.
    for _ in database.execute(f'SELECT * FROM "{table.name}"'):  # noqa: S608
        pass


def _condition(column: Column[object]) -> str:
    """Return the SQL condition that a value of *column* meets."""
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, Boolean):
        condition = f"{name} IN (0, 1) AND typeof({name}) = 'integer'"
    elif isinstance(kind, Enum):
        condition = f"{name} IN ({', '.join(repr(each) for each in kind.enums)})"
    elif isinstance(kind, Integer):
        condition = f"typeof({name}) = 'integer'"
    elif isinstance(kind, Float):
        condition = f"typeof({name}) IN ('real', 'integer') AND abs({name}) < 9e999"
    else:
        condition = f"typeof({name}) = 'text'"
    return f"{name} IS NULL OR {condition}" if column.nullable else condition


def _demand_readable(
    database: sqlite3.Connection, column: Column[object], read: Callable[[str], object]
) -> None:
    values: Iterable[tuple[str | None]] = database.execute(
        f'SELECT DISTINCT "{column.name}" FROM "{column.table.name}"'  # noqa: S608
    )
    for (value,) in values:
        try:
            if value is not None:
                read(value)
        except (ValueError, LookupError, OSError) as error:
            raise UnsoundError(
                f"{column.table.name}.{column.name} cannot be read: {error}"
            ) from error


@cache
def _schema() -> list[tuple[str, str, str | None]]:
    """Return the schema that this version makes."""
    engine = create_engine("sqlite://")
    with closing(engine.raw_connection()) as connection:
        every_table().create_all(engine)
        schema: list[tuple[str, str, str | None]] = connection.execute(_SCHEMA).fetchall()
    engine.dispose()
    return schema
