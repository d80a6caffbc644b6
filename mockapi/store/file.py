"""Looks at the file that is to keep a world before anything is written to it."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

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
    except (sqlite3.Error, OSError) as error:
        raise _other_file(path, error) from error


def _other_file(path: Path | None, error: BaseException) -> OtherFile:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
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
    # Imported lazily: it imports every table, and most worlds are kept in memory.
    from mockapi.store.soundness import UnsoundError, demand_sound

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
