"""Looks at the file that is to keep a world before anything is written to it."""

import json
import os
import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Enum, Float, Integer, Table, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

from mockapi.domain.timestamps import Interval
from mockapi.store.tables import every_table

APPLICATION_ID = 0x6D6F636B
"""What SQLite calls the kind of a file: the letters `mock`."""

SCHEMA_VERSION = 4
"""The version of the tables, which a file states as SQLite's user version."""

_CHECKPOINT_SECONDS = 0.5
"""How long a checkpoint waits for readers: the end of a process waits for it."""


class OtherFile(Exception):
    """The file handed over as a world's store is something else, or cannot be one."""


@contextmanager
def opening(path: Path | None) -> Generator[None]:
    """Turn whatever keeps the file at *path* from being opened into `OtherFile`."""
    try:
        yield
    except DBAPIError as error:
        raise _other_file(path, error.orig or error) from error
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise _other_file(path, error) from error


def _other_file(path: Path | None, error: BaseException) -> OtherFile:
    is_unreadable = isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError)
    if is_unreadable and not isinstance(error, sqlite3.OperationalError):
        return OtherFile(f"{path} is not a world's store: {error}")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    if path is not None and not os.access(path.parent, os.W_OK | os.X_OK):
        reason = shut(path.parent)
    return OtherFile(f"{path} cannot keep a world: {reason}")


def shut(folder: Path) -> str:
    """Return the complaint of a *folder* that this process may not write to, with the remedy."""
    # Windows knows users by no number.
    user = str(os.getuid()) if hasattr(os, "getuid") else "of this process"
    return (
        f"user {user} may not write to the folder {folder}; choose another, or let that user "
        "write there (in a container a named volume takes the right owner by itself)"
    )


def examine(path: Path) -> None:
    """Raise `OtherFile` unless *path* is free, empty or the sound store of a world.

    Somebody else's database is left as it is: not even its journal mode changes.
    """
    if not path.parent.is_dir():
        is_file = path.parent.exists()
        state = "is not a folder" if is_file else "does not exist"
        raise OtherFile(f"{path} cannot keep a world: the folder {path.parent} {state}")
    if not path.exists():
        return
    if not path.is_file():
        raise OtherFile(f"{path} cannot keep a world: it is not a file")
    if not os.access(path, os.W_OK):
        raise OtherFile(f"{path} cannot keep a world: it is read-only")
    if path.stat().st_nlink > 1:
        # SQLite names its log after the file: what is written by one name is lost to the other.
        raise OtherFile(
            f"{path} cannot keep a world: the file has a second name (a hard link). "
            "Copy the file instead."
        )
    with closing(sqlite3.connect(path.absolute())) as database:
        (kind,) = database.execute("PRAGMA application_id").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if kind != APPLICATION_ID and (kind or tables):
            raise OtherFile(f"{path} is not a world's store: it is another program's database")
        if kind == APPLICATION_ID:
            _demand_sound(database, path)


def _demand_sound(database: sqlite3.Connection, path: Path) -> None:
    try:
        demand_sound(database)
    except UnsoundError as error:
        raise OtherFile(
            f"{path} is damaged: {error}. Replace it by a copy, or start with a new file."
        ) from error


def gather(path: Path) -> None:
    """Bring what a write-ahead log still holds into the file, which then is the whole world.

    Where that cannot be done nothing is lost: the log stays beside the file.
    """
    # By a new connection: SQLite waits in vain for one that was used and lies in a pool.
    if path.exists():
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(path.absolute(), timeout=_CHECKPOINT_SECONDS)) as database,
        ):
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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


try:
    import fcntl
except ImportError:  # pragma: no cover - a system without POSIX locks goes unguarded
    fcntl = None  # type: ignore[assignment]


class FileInUse(Exception):
    """Another process serves the file."""


def lock_of(path: Path) -> Path:
    """Return the path of the lock of the database at *path*, the same for every link to it."""
    path = path.resolve()
    return path.with_name(path.name + ".lock")


def hold(path: Path) -> IO[bytes]:
    """Return a handle that keeps *path* to this process until it is closed.

    The lock lies beside the database, never on it: closing any handle of a database's file
    would drop SQLite's own locks. Raises `FileInUse` when another process holds it.
    """
    handle = lock_of(path).open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.close()
            raise FileInUse(f"{path} is in use by another mockapi; stop that one first.") from error
    return handle
