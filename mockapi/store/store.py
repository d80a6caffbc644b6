"""Puts the shelves together into one store, which can be filled, saved and restored."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from weakref import finalize

from sqlalchemy import Connection, Table, insert
from sqlmodel import select

from mockapi.store.customers import PeopleShelf, SessionShelf
from mockapi.store.database_file import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    OtherFile,
    UnsoundError,
    demand_sound,
    examine,
    gather,
    hold,
    opening,
)
from mockapi.store.engine import explain_failures, open_engine, storage_failure
from mockapi.store.pushes import PushShelf
from mockapi.store.scores import ScoreShelf
from mockapi.store.sites import SiteShelf
from mockapi.store.tables import every_table
from mockapi.store.tables.base import Row, WorldFact
from mockapi.store.tokens import TokenShelf

_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_NOT_ONE = "The file is not a world's store"


def by_itself(content: bytes) -> bytes:
    """Return the file *content* as one that has no write-ahead log beside it."""
    alone = bytearray(content)
    alone[18:20] = b"\1\1"  # a memory database cannot have such a log, and could not be read
    return bytes(alone)


def facts_in(content: bytes) -> Mapping[str, str]:
    """Return what the world in *content* knows of itself.

    Raise `OtherFile` unless it is the sound store of a world.
    """
    with closing(sqlite3.connect(":memory:")) as copy:
        try:
            copy.deserialize(content)
            (kind,) = copy.execute("PRAGMA application_id").fetchone()
            if kind != APPLICATION_ID:
                raise OtherFile(f"{_NOT_ONE}: it is another program's database.")
            (size,) = copy.execute(_SIZE).fetchone()
            if size > len(content):
                raise OtherFile("The file is damaged: it is truncated. Take another snapshot.")
            demand_sound(copy)
            return dict(copy.execute("SELECT name, value FROM world_fact").fetchall())
        except UnsoundError as error:
            raise OtherFile(f"The file is damaged: {error}. Take another snapshot.") from error
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            # The last where SQLite quotes bytes of the file in its own message.
            raise OtherFile(f"{_NOT_ONE}: {error}.") from error


REDRAWN_IDS = "redrawn_ids"
"""The fact that has, as JSON, the ids of portfolios' measurements that were drawn again."""

Rows = Mapping[type[Row], Sequence[Row | Mapping[str, Any]]]
"""The rows of each table; many of a kind come cheaper as plain mappings of all their columns."""


class Store(PeopleShelf, SiteShelf, PushShelf, ScoreShelf, TokenShelf, SessionShelf):
    """Everything that a world must not lose."""

    def __init__(self, path: Path | None = None, *, contents: bytes | None = None) -> None:
        """Open the store at *path*, or a fresh one in memory, or one with a snapshot's *contents*.

        Raises `OtherFile` for a file that is not a store, cannot be one or is one of another
        version, and `FileInUse` for one that another process serves.
        """
        self._path = path
        self._explains = False
        with opening(path), ExitStack() as opened:
            if path is not None:
                examine(path)
                opened.enter_context(hold(path))
                opened.callback(gather, path)
            super().__init__(open_engine(path))
            opened.callback(self._engine.dispose)
            # A memory database lives as long as somebody holds a connection to it.
            self._anchor = self._engine.raw_connection()
            opened.callback(self._anchor.close)
            if contents is not None:
                self.restore(contents)
            self._prepare()
            self._opened = opened.pop_all()
        # From Python 3.13 on a connection that is merely forgotten is warned of.
        finalize(self, self._opened.close)

    def _prepare(self) -> None:
        # All or nothing, and by a transaction that writes: a read-only file shows at once.
        with self._writer.begin() as connection:
            if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 0:
                every_table().create_all(connection)
                connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _driver(self) -> sqlite3.Connection:
        connection = self._anchor.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("The store needs Python's own sqlite3 driver.")
        return connection

    def close(self) -> None:
        """Let go of the file, which then holds everything by itself; once is enough."""
        self._opened.close()

    def explain_failures(self) -> None:
        """Raise `StorageFailed` from now on, and log it, where the file or its disk is at fault.

        Until then, while the world is opened, such failures concern the caller of `opening`.
        """
        explain_failures(self._engine, self._path)
        self._explains = True

    def checkpoint(self) -> None:
        """Write everything committed into the file itself, as far as readers allow."""
        if self._path is not None:
            gather(self._path)

    def facts(self) -> Mapping[str, str]:
        """Return what the world knows of itself; nothing when it was never filled."""
        with self._reading() as session:
            return {fact.name: fact.value for fact in session.exec(select(WorldFact))}

    def put_fact(self, name: str, value: str) -> None:
        """Keep one thing that the world knows of itself, in the place of what it knew before."""
        with self._writing("fact") as session:
            session.merge(WorldFact(name=name, value=value))

    def fact(self, name: str) -> str | None:
        """Return one thing that the world knows of itself; None if it does not."""
        return self.known_facts().get(name)

    def known_facts(self) -> Mapping[str, str]:
        """Return the facts as they were since the last one was put, without asking again."""
        return self.remember("fact", "all", self.facts)

    def redrawn_ids(self) -> Mapping[str, str]:
        """Return the ids of portfolios' measurements that were drawn again, by their places."""
        found: Mapping[str, str] = json.loads(self.fact(REDRAWN_IDS) or "{}")
        return found

    def fill(self, rows: Rows) -> None:
        """Write a whole world, table by table, parents before children."""
        with self._writing() as session:
            connection = session.connection()
            for table in every_table().sorted_tables:
                for kind, members in rows.items():
                    if kind.__tablename__ == table.name:
                        _write(connection, table, members)
        self._memo.forget_all()

    def snapshot(self) -> bytes:
        """Return the whole store as bytes: a file of SQLite, and what `restore` takes."""
        return by_itself(self._driver().serialize())

    def facts_in(self, snapshot: bytes) -> Mapping[str, str]:
        """Return the facts in *snapshot*; raise `OtherFile` unless it is a store like this."""
        return facts_in(snapshot)

    def restore(self, snapshot: bytes) -> None:
        """Put the store back to what it was at *snapshot*, all or nothing."""
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(snapshot)
            try:
                source.backup(self._driver(), progress=_refuse_to_wait)
            except sqlite3.Error as error:
                failure = storage_failure(error, self._path) if self._explains else None
                raise failure or error from error
        self._memo.forget_all()


def _refuse_to_wait(status: int, remaining: int, total: int) -> None:
    # The step has waited for the busy timeout; `backup` would repeat it for ever.
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        raise error


def _write(connection: Connection, table: Table, rows: Sequence[Row | Mapping[str, Any]]) -> None:
    if dumped := [row.model_dump() for row in rows if isinstance(row, Row)]:
        connection.execute(insert(table), dumped)
    if plain := [row for row in rows if not isinstance(row, Row)]:
        # By the driver: SQLAlchemy takes longer to bind a thousand rows than SQLite to write them.
        compiled = insert(table).compile(connection)
        bind = {
            column.name: convert
            for column in table.columns
            if (
                convert := column.type.dialect_impl(connection.dialect).bind_processor(
                    connection.dialect
                )
            )
        }
        names = [column.name for column in table.columns]
        bound = [
            tuple(bind[name](row[name]) if name in bind else row[name] for name in names)
            for row in plain
        ]
        connection.exec_driver_sql(str(compiled), bound)
