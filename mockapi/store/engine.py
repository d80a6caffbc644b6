"""Opens a SQLite database that several threads may share without losing writes.

A WAL file, or a *named* memory database: never `:memory:` behind a static pool, whose one
connection loses rows and crashes when a test's thread and the server's thread use it at once.

Handlers call the store from `async def` and never await between reading and writing: each
request is atomic, and a world answers the same requests in the same order with the same bytes.
"""

import itertools
import logging
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util import LRUCache
from sqlmodel import create_engine

from mockapi.domain.errors import StorageFailed, StorageFull, StorageUnavailable

VERSION = sqlite3.sqlite_version


def shortcoming() -> str | None:
    """Return what SQLite cannot do of that which worlds need; None where it can do all."""
    # Tried, not concluded from the version: any of it may be left out of a build.
    tried = "databases in shared memory"
    try:
        with closing(sqlite3.connect("file:/mockapi-fitness?vfs=memdb", uri=True)) as database:
            tried = "tables without rowid, upserts and JSON"
            database.execute("CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID")
            database.execute("INSERT INTO t VALUES (1, json('[1]')) ON CONFLICT DO NOTHING")
            database.commit()
            tried = "snapshots (serialize, deserialize, backup)"
            with closing(sqlite3.connect(":memory:")) as copy:
                copy.deserialize(database.serialize())
                copy.backup(database)
    except (sqlite3.Error, AttributeError):
        return tried
    return None


_READ_ONLY = "Make the file and its folder writable."
_DAMAGED = "Stop the server and replace the file by a copy, or start with a new file."
_REMEDIES = {
    sqlite3.SQLITE_FULL: "Free space on its disk.",
    sqlite3.SQLITE_IOERR: "Check its disk, and the limits on files of this process.",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "Check that the file and its folder still exist.",
    sqlite3.SQLITE_BUSY: "Close the other program that uses the file.",
    sqlite3.SQLITE_LOCKED: "Close the other program that uses the file.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_PRIMARY = 0xFF
"""The bits of an extended result code that hold the primary one."""


def storage_failure(error: BaseException, path: Path | None) -> StorageFailed | None:
    """Return what *error* of SQLite means for a request, and log it; None for other errors."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    remedy = _REMEDIES.get(code)
    if remedy is None:
        return None
    reason = f"{error}. {remedy}"
    logging.getLogger("mockapi").error("%s: %s", path or "world in memory", reason)
    return StorageFull(reason) if code == sqlite3.SQLITE_FULL else StorageUnavailable(reason)


_serial = itertools.count(1)


@cache
def _pattern() -> Engine:
    """Return an engine on nothing, whose dialect knows this SQLite: that of all stores."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    engine.dispose()
    return engine


@cache
def _compiled() -> LRUCache[Any, Any]:
    """Return the statements that were compiled for any store.

    Worlds come and go with each test, and to compile takes longer than to ask.
    """
    return LRUCache(500)


def open_engine(path: Path | None) -> Engine:
    """Return an engine on the file at *path*, or on a fresh memory database."""
    # Not by a URL, in which some characters of a path would mean something else.
    name = f"file:/mockapi-{next(_serial)}?vfs=memdb" if path is None else str(path.absolute())
    like = _pattern()

    def connect() -> Any:
        return sqlite3.connect(name, uri=path is None, check_same_thread=False)

    engine = Engine(QueuePool(connect, pool_size=8), like.dialect, like.url)
    engine.update_execution_options(compiled_cache=_compiled())

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        # sqlite3's own implicit transactions begin too late to guard a read-modify-write.
        connection.isolation_level = None
        pragmas = ["foreign_keys=ON", "busy_timeout=5000"]
        if path is not None:
            # A commit survives the process's death; only a power cut may take the last ones.
            pragmas += ["journal_mode=WAL", "synchronous=NORMAL"]
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def explain_failures(engine: Engine, path: Path | None) -> None:
    """Let statements on *engine* raise `StorageFailed` from now on, where the file is at fault."""

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> None:
        failure = storage_failure(context.original_exception, path)
        if failure is not None:
            raise failure from context.original_exception
