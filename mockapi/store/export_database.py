"""SQLite file of exported readings."""

import os
import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager
from errno import EIO, ENOSPC
from pathlib import Path

_SCHEMA = """
    PRAGMA journal_mode=OFF; -- a half-written file is thrown away, not recovered
    PRAGMA synchronous=OFF;
    CREATE TABLE series (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, site TEXT NOT NULL,
        meter TEXT NOT NULL, commodity TEXT NOT NULL, usage TEXT NOT NULL,
        measurement TEXT NOT NULL, unit TEXT
    );
    CREATE TABLE reading (
        series INTEGER NOT NULL REFERENCES series, date TEXT NOT NULL, value REAL NOT NULL,
        updatedAt TEXT NOT NULL
    );
    CREATE VIEW readings AS
        SELECT date, value, updatedAt, key, site, meter, commodity, usage, measurement, unit
        FROM reading JOIN series ON reading.series = series.number;
"""
_INDEX = "CREATE INDEX reading_by_date ON reading (series, date)"
_SERIES = """
    INSERT INTO series (key, site, meter, commodity, usage, measurement, unit)
    VALUES (:key, :site, :meter, :commodity, :usage, :measurement, :unit)
"""
_READING = "INSERT INTO reading (series, date, value, updatedAt) VALUES (?, ?, ?, ?)"


class ExportWriteError(OSError):
    """SQLite cannot write the file: disk full, missing permission or missing folder."""


@contextmanager
def _translate_write_errors() -> Generator[None]:
    """Convert write errors of SQLite to `ExportWriteError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        number, text = (ENOSPC, os.strerror(ENOSPC)) if is_full else (EIO, str(error))
        raise ExportWriteError(number, text) from error


class ExportDatabase:
    """A new SQLite file with the tables `series` and `reading`, and the view `readings`."""

    def __init__(self, path: Path) -> None:
        with _translate_write_errors():
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.executescript(_SCHEMA)
            self._connection.execute("BEGIN")
        self._number: int | None = None

    def begin(self, series: Mapping[str, str | None]) -> None:
        """Add *series*. The rows of later `write` calls belong to it."""
        with _translate_write_errors():
            self._number = self._connection.execute(_SERIES, series).lastrowid

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Append rows of date, value and arrival time."""
        with _translate_write_errors():
            self._connection.executemany(
                _READING, ((self._number, at, value, arrived) for at, value, arrived in rows)
            )

    def close(self, *, complete: bool) -> None:
        """Close the file. If *complete*, commit and index the dates of each series."""
        with closing(self._connection):
            if complete:
                with _translate_write_errors():
                    self._connection.execute("COMMIT")
                    self._connection.execute(_INDEX)
