"""Opens a SQLite database that several threads may share without losing writes.

A WAL file, or a *named* memory database: never `:memory:` behind a static pool, whose one
connection loses rows and crashes when a test's thread and the server's thread use it at once.

Handlers call the store from `async def` and never await between reading and writing: each
request is atomic, and a world answers the same requests in the same order with the same bytes.
"""

import itertools
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util import LRUCache
from sqlmodel import create_engine

from mockapi.store.failures import storage_failure

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
