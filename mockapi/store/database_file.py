"""Validation, checkpoint and lock of the SQLite file of a world."""

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
from mockapi.store.tables import METADATA

APPLICATION_ID = 0x6D6F636B
"""SQLite's application id of the files: the letters `mock`."""

SCHEMA_VERSION = 6
"""Version of the schema, stored as SQLite's user version."""

_CHECKPOINT_SECONDS = 0.5
"""Time that a checkpoint waits for readers. The process waits for it when it exits."""


class InvalidDatabaseFileError(Exception):
    """A file that is not a valid database of a world, or cannot become one."""


@contextmanager
def translate_open_errors(path: Path | None) -> Generator[None]:
    """Convert any error of opening the file at *path* to `InvalidDatabaseFileError`."""
    try:
        yield
    except DBAPIError as error:
        raise _invalid_file(path, error.orig or error) from error
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise _invalid_file(path, error) from error


def _invalid_file(path: Path | None, error: BaseException) -> InvalidDatabaseFileError:
    is_unreadable = isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError)
    if is_unreadable and not isinstance(error, sqlite3.OperationalError):
        return InvalidDatabaseFileError(f"{path} is not a world database: {error}")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    if isinstance(error, IsADirectoryError):
        reason = f"{error.filename} is a folder"
    if path is not None and not os.access(path.parent, os.W_OK | os.X_OK):
        reason = permission_message(path.parent)
    return InvalidDatabaseFileError(f"{path} cannot store a world: {reason}")


def permission_message(folder: Path) -> str:
    """Return a message that this process may not write to *folder*, with the remedy."""
    # Windows has no numeric user ids.
    user = str(os.getuid()) if hasattr(os, "getuid") else "of this process"
    return (
        f"user {user} has no write permission for the folder {folder}. Choose another folder or "
        "grant the permission (in a container, a named volume gets the right owner)."
    )


def validate_database_file(path: Path) -> None:
    """Raise `InvalidDatabaseFileError` unless *path* is missing, empty or a valid world.

    A database of another program is not changed, not even its journal mode.
    """
    if not path.parent.is_dir():
        is_file = path.parent.exists()
        state = "is not a folder" if is_file else "does not exist"
        raise InvalidDatabaseFileError(
            f"{path} cannot store a world: the folder {path.parent} {state}"
        )
    if not path.exists():
        return
    if not path.is_file():
        raise InvalidDatabaseFileError(f"{path} cannot store a world: it is not a file")
    if not os.access(path, os.R_OK):
        raise InvalidDatabaseFileError(
            f"{path} cannot store a world: this process has no permission to read it"
        )
    if not os.access(path, os.W_OK):
        raise InvalidDatabaseFileError(f"{path} cannot store a world: it is read-only")
    if path.stat().st_nlink > 1:
        # SQLite names its log after the file. With two names, writes under one are lost to the
        # other.
        raise InvalidDatabaseFileError(
            f"{path} cannot store a world: the file has a second name (a hard link). "
            "Copy the file instead."
        )
    with closing(sqlite3.connect(path.absolute())) as database:
        (kind,) = database.execute("PRAGMA application_id").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if kind != APPLICATION_ID and (kind or tables):
            raise InvalidDatabaseFileError(
                f"{path} is not a world database: it belongs to another program"
            )
        if kind == APPLICATION_ID:
            _check_content(database, path)


def _check_content(database: sqlite3.Connection, path: Path) -> None:
    try:
        check_content(database)
    except InvalidContentError as error:
        raise InvalidDatabaseFileError(
            f"{path} is damaged: {error}. Replace it with a copy, or use a new file."
        ) from error


def checkpoint_wal(path: Path) -> None:
    """Write the content of the write-ahead log into the file at *path*.

    If that fails, nothing is lost: the log stays next to the file.
    """
    # On a new connection: SQLite does not checkpoint while a pooled one is open.
    if path.exists():
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(path.absolute(), timeout=_CHECKPOINT_SECONDS)) as database,
        ):
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_SCHEMA = (
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1, 2"
)
_PARSERS: Mapping[str, Callable[[str], object]] = {
    "site.timezone": ZoneInfo,
    "site.interval": Interval,
    "site.arrival": json.loads,
    "site.scoring": json.loads,
    "meter.interval": Interval,
    "defect.settings": json.loads,
    "performance_score.date": date.fromisoformat,
}
"""Parsers of the text columns that have a format. The column types check all other columns."""


class InvalidContentError(Exception):
    """A database that a world cannot be loaded from. The message gives the reason."""


def check_content(database: sqlite3.Connection) -> None:
    """Raise `InvalidContentError` unless *database* has the right tables, is intact and loads."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        raise InvalidContentError(
            f"its version is {version}, but this mockapi reads version {SCHEMA_VERSION}"
        )
    if database.execute(_SCHEMA).fetchall() != _schema():
        raise InvalidContentError("its tables are not those of this version of mockapi")
    verdicts = database.execute("PRAGMA integrity_check(1)").fetchone()
    if verdicts != ("ok",):
        raise InvalidContentError(" ".join(str(verdicts[0]).split()))
    orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise InvalidContentError(
            f"a row of {orphan[0]} refers to a row of {orphan[2]} that is missing"
        )
    for table in METADATA.sorted_tables:
        _check_types(database, table)
        for column in table.columns:
            read = _PARSERS.get(f"{table.name}.{column.name}")
            if read is not None:
                _check_parsable(database, column, read)


def _check_types(database: sqlite3.Connection, table: Table) -> None:
    faults = " ".join(
        f"WHEN NOT ({_condition(column)}) THEN '{column.name}'" for column in table.columns
    )
    # Table and column names come from mockapi's own code, here and below.
    fault = database.execute(
        f'SELECT CASE {faults} END AS fault FROM "{table.name}" '  # noqa: S608
        "WHERE fault IS NOT NULL LIMIT 1"
    ).fetchone()
    if fault is not None:
        raise InvalidContentError(f"{table.name}.{fault[0]} has a value of the wrong type")
    # Fetching raises an error for texts that are not UTF-8.
    for _ in database.execute(f'SELECT * FROM "{table.name}"'):  # noqa: S608
        pass


def _condition(column: Column[object]) -> str:
    """Return the SQL condition that valid values of *column* meet."""
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


def _check_parsable(
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
            raise InvalidContentError(
                f"{column.table.name}.{column.name} cannot be read: {error}"
            ) from error


@cache
def _schema() -> list[tuple[str, str, str | None]]:
    """Return the schema of this version."""
    engine = create_engine("sqlite://")
    with closing(engine.raw_connection()) as connection:
        METADATA.create_all(engine)
        schema: list[tuple[str, str, str | None]] = connection.execute(_SCHEMA).fetchall()
    engine.dispose()
    return schema


try:
    import fcntl
except ImportError:  # pragma: no cover - without POSIX locks there is no protection
    fcntl = None  # type: ignore[assignment]


class FileInUseError(Exception):
    """The file is in use by another process."""


def lock_path(path: Path) -> Path:
    """Return the path of the lock file of the database at *path*. Links give the same path."""
    path = path.resolve()
    return path.with_name(path.name + ".lock")


def acquire_lock(path: Path) -> IO[bytes]:
    """Return a file handle that locks *path* for this process until it is closed.

    The lock is a separate file: closing any handle of the database would release SQLite's own
    locks. Raise `FileInUseError` if another process has the lock.
    """
    handle = lock_path(path).open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.close()
            raise FileInUseError(
                f"{path} is in use by another mockapi. Stop that one first."
            ) from error
    return handle
