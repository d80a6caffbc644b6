"""Writers of readings as CSV, JSON lines, SQLite or Parquet."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from gzip import GzipFile
from pathlib import Path
from typing import IO, Protocol, cast

import numpy as np

from mockapi.http.json_bodies import format_numbers
from mockapi.store.export_database import ExportDatabase
from mockapi.timeseries.models.noise import Steps
from mockapi.timeseries.readings import Readings
from mockapi.timeseries.time_axis import offsets_of

_HOUR = 3_600


def format_readings(readings: Readings, timezone: str | None) -> tuple[Sequence[str], ...]:
    """Return dates, arrivals and values of *readings* as text.

    Without a *timezone* instants are formatted as in the API; with one by the wall clock there,
    with its offset from UTC, which differs in the two hours when clocks go back.
    """
    return (
        _instants(readings.dates.astype(np.int64).tobytes(), timezone),
        _instants(readings.arrivals.astype(np.int64).tobytes(), timezone),
        format_numbers(readings.values.tolist()).split(","),
    )


@lru_cache(maxsize=32)  # meters of a site have the same instants
def _instants(packed: bytes, timezone: str | None) -> Sequence[str]:
    seconds: Steps = np.frombuffer(packed, np.int64)
    if timezone is None:
        return [f"{each}Z" for each in _texts(seconds)]
    offsets = offsets_of(timezone, seconds)
    suffixes = {each: _suffix(each) for each in np.unique(offsets).tolist()}
    return [
        f"{text}{suffixes[offset]}"
        for text, offset in zip(_texts(seconds + offsets), offsets.tolist(), strict=True)
    ]


def _texts(seconds: Steps) -> Sequence[str]:
    texts: list[str] = np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()
    return texts


def _suffix(offset: int) -> str:
    hours, rest = divmod(abs(offset), _HOUR)
    return f"{'-' if offset < 0 else '+'}{hours:02d}:{rest // 60:02d}"


CONSTANT = ("key", "site", "meter", "commodity", "usage", "measurement", "unit")
COLUMNS = ("date", "value", "updatedAt", *CONSTANT)
"""Date and value come first, as simple tools for series expect."""


class ExportFormat(StrEnum):
    """File format of readings."""

    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    PARQUET = "parquet"


class InvalidEndingError(ValueError):
    """A file name whose ending is unknown, or is that of another format."""


_ENDINGS = {
    ".csv": ExportFormat.CSV,
    ".jsonl": ExportFormat.JSONL,
    ".sqlite": ExportFormat.SQLITE,
    ".db": ExportFormat.SQLITE,
    ".parquet": ExportFormat.PARQUET,
}
TEXT_FORMATS = (ExportFormat.CSV, ExportFormat.JSONL)
_GZIP = ".gz"
ENDINGS = (*_ENDINGS, ".csv.gz", ".jsonl.gz")


def format_of(name: str, given: ExportFormat | None) -> tuple[ExportFormat, bool]:
    """Return the format of the file *name*, by default *given*, and whether it is compressed.

    A name without an ending is CSV by default. Raise `InvalidEndingError` if the ending is unknown
    or that of another format, and for a compressed file that is not text.
    """
    path = Path(name.lower())
    compressed = path.suffix == _GZIP
    ending = path.with_suffix("").suffix if compressed else path.suffix
    named = _ENDINGS.get(ending)
    if given is None and named is None and (ending or compressed):
        raise InvalidEndingError(
            f"{name!r} has an unknown ending. Use {', '.join(ENDINGS)}, or give --format."
        )
    chosen = given or named or ExportFormat.CSV
    if named not in (None, chosen):
        raise InvalidEndingError(
            f"{name!r} is not the name of a {chosen} file. Change it or --format."
        )
    if compressed and chosen not in TEXT_FORMATS:
        kind = "SQLite" if chosen is ExportFormat.SQLITE else "Parquet"
        raise InvalidEndingError(f"{name!r}: {kind} cannot be compressed. Remove {_GZIP}.")
    return chosen, compressed


class Writer(Protocol):
    """Writer of readings, one series after the other."""

    def begin(self, series: Mapping[str, str | None]) -> None:
        """Start *series*, given by the columns `CONSTANT`; `write` appends to it."""

    def write(self, readings: Readings, timezone: str | None) -> None:
        """Append readings. Text has dates in *timezone*; None is UTC, as in the API."""

    def close(self, *, complete: bool) -> None:
        """Close the file."""


class CsvWriter:
    """CSV with a header and one line per reading, each ending with a newline only."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._file.write(f"{','.join(COLUMNS)}\n".encode())

    def begin(self, series: Mapping[str, str | None]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([series[name] for name in CONSTANT])
        self._ending = line.getvalue()

    def write(self, readings: Readings, timezone: str | None) -> None:
        dates, arrivals, values = format_readings(readings, timezone)
        ending = self._ending
        lines = [
            f"{at},{value},{arrived},{ending}"
            for at, value, arrived in zip(dates, values, arrivals, strict=True)
        ]
        self._file.write("".join(lines).encode())

    def close(self, *, complete: bool) -> None:
        self._file.close()


class JsonLinesWriter:
    """JSON lines with one object per reading."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def begin(self, series: Mapping[str, str | None]) -> None:
        columns = {name: series[name] for name in CONSTANT}
        text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
        self._ending = f"{text[1:]}\n"

    def write(self, readings: Readings, timezone: str | None) -> None:
        dates, arrivals, values = format_readings(readings, timezone)
        ending = self._ending
        lines = [
            f'{{"date":"{at}","value":{value},"updatedAt":"{arrived}",{ending}'
            for at, value, arrived in zip(dates, values, arrivals, strict=True)
        ]
        self._file.write("".join(lines).encode())

    def close(self, *, complete: bool) -> None:
        self._file.close()


class SqliteWriter:
    """SQLite tables of series and readings."""

    def __init__(self, path: Path) -> None:
        self._file = ExportDatabase(path)

    def begin(self, series: Mapping[str, str | None]) -> None:
        self._file.begin(series)

    def write(self, readings: Readings, timezone: str | None) -> None:
        dates, arrivals, values = format_readings(readings, timezone)
        self._file.write(zip(dates, values, arrivals, strict=True))

    def close(self, *, complete: bool) -> None:
        self._file.close(complete=complete)


class _Gzip(GzipFile):
    """A gzip file without name and time, so that equal readings give equal bytes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        super().__init__("", "wb", compresslevel=6, fileobj=self._file, mtime=0)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._file.close()


def writer_of(
    export_format: ExportFormat,
    path: Path,
    *,
    compressed: bool = False,
    provenance: Mapping[str, str] | None = None,
) -> Writer:
    """Return a writer of the new file *path*. Raise `OSError` if it cannot be created.

    Parquet files contain *provenance*. Raise `MissingPackageError` if pyarrow is not installed.
    """
    if export_format is ExportFormat.PARQUET:
        # Imported lazily: only Parquet needs pyarrow, which is optional.
        from mockapi.export.parquet import ParquetWriter

        return ParquetWriter(path, provenance or {})
    if export_format is ExportFormat.SQLITE:
        return SqliteWriter(path)
    return stream_writer_of(
        export_format, cast("IO[bytes]", _Gzip(path)) if compressed else path.open("wb")
    )


def stream_writer_of(export_format: ExportFormat, file: IO[bytes]) -> Writer:
    """Return a writer of *export_format*, CSV or JSON lines, to *file*."""
    return CsvWriter(file) if export_format is ExportFormat.CSV else JsonLinesWriter(file)
