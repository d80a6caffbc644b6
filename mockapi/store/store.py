"""The database of a world: all repositories, plus fill, snapshot and restore."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from weakref import finalize

from sqlmodel import select

from mockapi.store.customers import CustomerRepository, SessionRepository
from mockapi.store.database_access import open_engine, translate_failures
from mockapi.store.database_file import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    InvalidContentError,
    InvalidDatabaseFileError,
    acquire_lock,
    check_content,
    checkpoint_wal,
    translate_open_errors,
    validate_database_file,
)
from mockapi.store.pushes import PushedReadingRepository
from mockapi.store.row_writer import Rows, write_rows
from mockapi.store.scores import ScoreRepository
from mockapi.store.sites import SiteRepository
from mockapi.store.state import StateRepository
from mockapi.store.tables import METADATA, WorldMetadata
from mockapi.store.tokens import TokenRepository

_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_NOT_A_WORLD = "The file is not a world database"


def without_wal(content: bytes) -> bytes:
    """Return the database file *content* changed so that it needs no write-ahead log."""
    alone = bytearray(content)
    alone[18:20] = b"\1\1"  # a memory database has no log and could not be read
    return bytes(alone)


REGENERATED_IDS = "redrawn_ids"
"""Name of the metadata with the regenerated ids of portfolio measurements, as JSON."""


class Store(
    CustomerRepository,
    SiteRepository,
    PushedReadingRepository,
    ScoreRepository,
    TokenRepository,
    SessionRepository,
    StateRepository,
):
    """The database of a world."""

    def __init__(self, path: Path | None = None, *, contents: bytes | None = None) -> None:
        """Open the database at *path*, or a new one in memory, optionally with *contents*.

        *contents* is a snapshot. Raise `InvalidDatabaseFileError` for a file that is not a database
        of this version, and `FileInUseError` if another process uses it.
        """
        self._path = path
        with translate_open_errors(path), ExitStack() as opened:
            if path is not None:
                validate_database_file(path)
                opened.enter_context(acquire_lock(path))
                opened.callback(checkpoint_wal, path)
            super().__init__(open_engine(path))
            opened.callback(self._engine.dispose)
            # A memory database exists as long as one connection to it is open.
            self._anchor = self._engine.raw_connection()
            opened.callback(self._anchor.close)
            if contents is not None:
                self.restore(contents)
            self._prepare()
            self._opened = opened.pop_all()
        # Since Python 3.13, a connection that is not closed causes a warning.
        finalize(self, self._opened.close)

    def _prepare(self) -> None:
        # In one write transaction: all or nothing, and a read-only file fails at once.
        with self._writer.begin() as connection:
            if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 0:
                # The database is empty: looking for each table would take longer than creating it.
                METADATA.create_all(connection, checkfirst=False)
                connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _driver(self) -> sqlite3.Connection:
        connection = self._anchor.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("The store requires the sqlite3 module of Python.")
        return connection

    def close(self) -> None:
        """Close the database and checkpoint its write-ahead log. Idempotent."""
        self._opened.close()

    def translate_failures(self) -> None:
        """Raise and log `StorageFailed` from now on if the file or its disk causes an error.

        While the world is opened, `translate_open_errors` handles such errors.
        """
        translate_failures(self._engine, self._path)
        self._translates_failures = True

    def checkpoint(self) -> None:
        """Write all commits into the file itself, as far as readers allow it."""
        if self._path is not None:
            checkpoint_wal(self._path)

    def metadata(self) -> Mapping[str, str]:
        """Return the metadata of the world; empty if it was never filled."""
        with self._read_session() as session:
            return {fact.name: fact.value for fact in session.exec(select(WorldMetadata))}

    def set_metadata(self, name: str, value: str) -> None:
        """Store the metadata *name*, replacing its earlier value."""
        with self._write_session("fact") as session:
            session.merge(WorldMetadata(name=name, value=value))

    def metadata_value(self, name: str) -> str | None:
        """Return the value of the metadata *name*; None if there is none."""
        return self.cached_metadata().get(name)

    def cached_metadata(self) -> Mapping[str, str]:
        """Return the metadata, cached until the next change."""
        return self.cached("fact", "all", self.metadata)

    def regenerated_ids(self) -> Mapping[str, str]:
        """Return the regenerated ids of portfolio measurements by position."""
        found: Mapping[str, str] = json.loads(self.metadata_value(REGENERATED_IDS) or "{}")
        return found

    def fill(self, rows: Rows) -> None:
        """Write the rows of a new world, table by table, parents before children."""
        with self._write_session() as session:
            write_rows(session.connection(), rows)
        self._cache.forget_all()

    def snapshot(self) -> bytes:
        """Return the database as the bytes of a SQLite file, for `restore`."""
        return without_wal(self._driver().serialize())

    @staticmethod
    def metadata_in(snapshot: bytes) -> Mapping[str, str]:
        """Return the metadata of the world in *snapshot*.

        Raise `InvalidDatabaseFileError` unless it is a valid database of a world.
        """
        with closing(sqlite3.connect(":memory:")) as copy:
            try:
                copy.deserialize(snapshot)
                (kind,) = copy.execute("PRAGMA application_id").fetchone()
                if kind != APPLICATION_ID:
                    raise InvalidDatabaseFileError(
                        f"{_NOT_A_WORLD}: it belongs to another program."
                    )
                (size,) = copy.execute(_SIZE).fetchone()
                if size > len(snapshot):
                    raise InvalidDatabaseFileError(
                        "The file is damaged: it is truncated. Take another snapshot."
                    )
                check_content(copy)
                return dict(copy.execute("SELECT name, value FROM world_fact").fetchall())
            except InvalidContentError as error:
                raise InvalidDatabaseFileError(
                    f"The file is damaged: {error}. Take another snapshot."
                ) from error
            except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
                # UnicodeDecodeError: SQLite quotes bytes of the file in its message.
                raise InvalidDatabaseFileError(f"{_NOT_A_WORLD}: {error}.") from error

    def restore(self, snapshot: bytes) -> None:
        """Replace the content of the database by *snapshot*, all or nothing."""
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(snapshot)
            try:
                source.backup(self._driver(), progress=_raise_if_locked)
            except sqlite3.Error as error:
                raise self._translated(error) from error
        self._cache.forget_all()


def _raise_if_locked(status: int, remaining: int, total: int) -> None:
    # The step already waited for the busy timeout; `backup` would repeat it forever.
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        raise error
