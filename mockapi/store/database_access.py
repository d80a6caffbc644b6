"""Access to SQLite: engines that threads share without lost writes, and the base of repositories.

The database is a file in WAL mode or a *named* memory database. `:memory:` with a static pool has
one connection, which loses rows and crashes if a test's thread and the server's thread use it at
once.

Handlers call the store from `async def` and never await between reading and writing. Each request
is therefore atomic, and a world responds to the same sequence of requests with the same bytes.
"""

import itertools
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Generator, Hashable
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util import LRUCache
from sqlmodel import Session, create_engine

from mockapi.domain.errors import StorageFailed, StorageFull, StorageUnavailable

VERSION = sqlite3.sqlite_version


def missing_feature() -> str | None:
    """Return the feature that this SQLite build lacks; None if it has all that are needed."""
    # Tested, not derived from the version: a build can omit any of these.
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
_DAMAGED = "Stop the server and replace the file with a copy, or use a new file."
_REMEDIES = {
    sqlite3.SQLITE_FULL: "Free space on its disk.",
    sqlite3.SQLITE_IOERR: "Check its disk and the file limits of this process.",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "Check that the file and its folder still exist.",
    sqlite3.SQLITE_BUSY: "Close the other program that uses the file.",
    sqlite3.SQLITE_LOCKED: "Close the other program that uses the file.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_PRIMARY = 0xFF
"""Bits of an extended result code that contain the primary code."""


def storage_failure(error: BaseException, path: Path | None) -> StorageFailed | None:
    """Return the error of a request for *error* of SQLite, and log it; None for other errors."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    remedy = _REMEDIES.get(code)
    if remedy is None:
        return None
    reason = f"{error}. {remedy}"
    logging.getLogger("mockapi").error("%s: %s", path or "world in memory", reason)
    return StorageFull(reason) if code == sqlite3.SQLITE_FULL else StorageUnavailable(reason)


_serial = itertools.count(1)


@cache
def _template_engine() -> Engine:
    """Return an engine without a database that supplies the dialect of all stores."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    engine.dispose()
    return engine


@cache
def _compiled_statements() -> LRUCache[Any, Any]:
    """Return the cache of compiled statements that all stores share.

    Each test can create a world, and compiling a statement takes longer than executing it.
    """
    return LRUCache(500)


def open_engine(path: Path | None) -> Engine:
    """Return an engine on the file at *path*; on a new memory database if None."""
    # A URL would give some characters of a path another meaning.
    name = f"file:/mockapi-{next(_serial)}?vfs=memdb" if path is None else str(path.absolute())
    like = _template_engine()

    def connect() -> Any:
        return sqlite3.connect(name, uri=path is None, check_same_thread=False)

    engine = Engine(QueuePool(connect, pool_size=8), like.dialect, like.url)
    engine.update_execution_options(compiled_cache=_compiled_statements())

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        # The implicit transactions of sqlite3 begin too late to protect a read-modify-write.
        connection.isolation_level = None
        pragmas = ["foreign_keys=ON", "busy_timeout=5000"]
        if path is not None:
            # A commit survives a crash of the process; a power failure may lose the last ones.
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


def translate_failures(engine: Engine, path: Path | None) -> None:
    """Make statements on *engine* raise `StorageFailed` if the file or its disk is the cause."""

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> None:
        failure = storage_failure(context.original_exception, path)
        if failure is not None:
            raise failure from context.original_exception


Value = TypeVar("Value")

_MOST_ENTRIES = 10_000

EQUIPMENT = "equipment"
"""Topic of the equipment of sites, which takes 20 kB per site."""
_MOST_OF_TOPIC = {EQUIPMENT: 2_000}


class ReadCache:
    """Cache of the newest query results by topic. A write invalidates its topics only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, dict[Hashable, Any]] = defaultdict(dict)
        self._generation: dict[str, int] = defaultdict(int)

    def get_or_compute(self, topic: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the result of *make* for *key*, cached until the next write to *topic*."""
        kept = self._kept[topic]
        if key in kept:
            found: Value = kept[key]
            return found
        generation = self._generation[topic]
        made = make()
        with self._lock:
            # Do not cache the result if another thread wrote while this one was reading.
            if generation == self._generation[topic]:
                kept[key] = made
                if len(kept) > _MOST_OF_TOPIC.get(topic, _MOST_ENTRIES):
                    del kept[next(iter(kept))]
        return made

    def forget(self, *topics: str) -> None:
        for topic in topics:
            self._generation[topic] += 1
            self._kept[topic] = {}

    def forget_all(self) -> None:
        self.forget(*list(self._kept))


class Repository:
    """Part of the store. All repositories of a store share its engine and cache."""

    _path: Path | None = None
    _translates_failures = False

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._cache = ReadCache()

    @contextmanager
    def _read_session(self) -> Generator[Session]:
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _read_cursor(self) -> Generator[sqlite3.Cursor]:
        """Yield a cursor of SQLite outside of a transaction, for plain SQL."""
        with closing(self._engine.raw_connection()) as pooled:
            yield cast("sqlite3.Cursor", pooled.cursor())

    @contextmanager
    def _write_session(self, *topics: str) -> Generator[Session]:
        """Commit the block's changes, all or nothing, then invalidate *topics*."""
        with Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
        self._cache.forget(*topics)

    @contextmanager
    def _write_cursor(self, *topics: str) -> Generator[sqlite3.Cursor]:
        """Yield a cursor of SQLite, whose changes are committed as by `_write_session`.

        For plain SQL of frequent requests: SQLAlchemy takes longer than SQLite to execute it.
        """
        with closing(self._engine.raw_connection()) as pooled:
            cursor = cast("sqlite3.Cursor", pooled.cursor())
            try:
                cursor.execute("BEGIN IMMEDIATE")
                yield cursor
                cursor.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._translated(error) from error
        self._cache.forget(*topics)

    def _translated(self, error: sqlite3.Error) -> Exception:
        """Return the error of a request for *error* of SQLite, or None."""
        failure = storage_failure(error, self._path) if self._translates_failures else None
        return failure or error

    def cached(self, topic: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the result of *make* for *key*, cached until the next write to *topic*."""
        return self._cache.get_or_compute(topic, key, make)
