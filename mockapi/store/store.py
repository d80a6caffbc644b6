"""Puts the shelves together into one store, which can be filled, saved and restored."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlmodel import SQLModel, select

from mockapi.store.engine import open_engine
from mockapi.store.lock import hold
from mockapi.store.people import PeopleShelf
from mockapi.store.scores import ScoreShelf
from mockapi.store.sessions import SessionShelf
from mockapi.store.sites import SiteShelf
from mockapi.store.tables import Row, WorldFact
from mockapi.store.tokens import TokenShelf

SCHEMA_VERSION = 2

Rows = Mapping[type[Row], Sequence[Row | Mapping[str, Any]]]
"""The rows of each table; many of a kind come cheaper as plain mappings of all their columns."""


class OtherFile(Exception):
    """The file handed over as a world's store is something else."""


class Store(PeopleShelf, SiteShelf, ScoreShelf, TokenShelf, SessionShelf):
    """Everything that a world must not lose."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the store at *path*, or a fresh one in memory.

        Raises `OtherFile` for a file that is not a store, or one of another version, and
        `FileInUse` for one that another process serves.
        """
        self._lock = None if path is None else hold(path)
        super().__init__(open_engine(path))
        try:
            # A memory database lives as long as somebody holds a connection to it.
            self._anchor = self._engine.raw_connection()
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._let_go()
            raise OtherFile(f"{path} is not a world's store: {error}") from error
        except OtherFile:
            self.close()
            raise

    def _prepare(self) -> None:
        version = self._driver().execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise OtherFile(
                f"The store has version {version}; this mockapi keeps version {SCHEMA_VERSION}. "
                "Start with a new file."
            )
        if version == 0:
            SQLModel.metadata.create_all(self._writer)
            self._driver().execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _driver(self) -> sqlite3.Connection:
        connection = self._anchor.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("The store needs Python's own sqlite3 driver.")
        return connection

    def close(self) -> None:
        self._anchor.close()
        self._let_go()

    def _let_go(self) -> None:
        self._engine.dispose()
        if self._lock is not None:
            self._lock.close()

    def facts(self) -> Mapping[str, str]:
        """Return what the world knows of itself; nothing when it was never filled."""
        with self._reading() as session:
            return {fact.name: fact.value for fact in session.exec(select(WorldFact))}

    def fill(self, rows: Rows) -> None:
        """Write a whole world, table by table, parents before children."""
        with self._writing() as session:
            connection = session.connection()
            for table in SQLModel.metadata.sorted_tables:
                for kind, members in rows.items():
                    if kind.__tablename__ == table.name:
                        _write(connection, table, members)
        self._memo.forget_all()

    def snapshot(self) -> bytes:
        """Return the whole store as bytes, for `restore`."""
        return self._driver().serialize()

    def restore(self, snapshot: bytes) -> None:
        """Put the store back to what it was at *snapshot*."""
        source = sqlite3.connect(":memory:")
        try:
            source.deserialize(snapshot)
            source.backup(self._driver())
        finally:
            source.close()
        self._memo.forget_all()


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
