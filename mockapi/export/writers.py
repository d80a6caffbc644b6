"""Writers of readings as CSV, JSON lines or SQLite."""

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

from mockapi.http.body import format_numbers
from mockapi.store.readings_file import ReadingsFile
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


@lru_cache(maxsize=32)  # the meters of a site have the same instants
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
"""Date and value first: that is how tools that know nothing of the rest read a series."""


class ExportFormat(StrEnum):
    """What a file of readings looks like."""

    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"


class WrongEnding(ValueError):
    """A file name whose ending is unknown, or contradicts the format."""


_ENDINGS = {
    ".csv": ExportFormat.CSV,
    ".jsonl": ExportFormat.JSONL,
    ".sqlite": ExportFormat.SQLITE,
    ".db": ExportFormat.SQLITE,
}
_GZIP = ".gz"
ENDINGS = (*_ENDINGS, ".csv.gz", ".jsonl.gz")


def form_of(name: str, form: ExportFormat | None) -> tuple[ExportFormat, bool]:
    """Return the format of the file *name* and whether it is compressed; *form* if it is given.

    A name without an ending is CSV by default. Raise `WrongEnding` for an unknown ending without
    a *form*, for one of another format, and for compressed SQLite.
    """
    path = Path(name.lower())
    compressed = path.suffix == _GZIP
    ending = path.with_suffix("").suffix if compressed else path.suffix
    named = _ENDINGS.get(ending)
    if form is None and named is None and (ending or compressed):
        raise WrongEnding(
            f"{name!r} has an unknown ending. Use {', '.join(ENDINGS)}, or give --format."
        )
    chosen = form or named or ExportFormat.CSV
    if named not in (None, chosen):
        raise WrongEnding(f"{name!r} is not the name of a {chosen} file. Change it or --format.")
    if compressed and chosen is ExportFormat.SQLITE:
        raise WrongEnding(f"{name!r}: SQLite is not compressed. Leave {_GZIP} out.")
    return chosen, compressed


class Writer(Protocol):
    """Takes the readings of one series after the other."""

    def begin(self, series: Mapping[str, str | None]) -> None:
        """Let what `write` is given from now on belong to *series*, told by `CONSTANT`."""

    def write(self, dates: Sequence[str], values: Sequence[str], arrivals: Sequence[str]) -> None:
        """Append readings."""

    def close(self, *, complete: bool) -> None:
        """Let go of the file."""


class CsvWriter:
    """Writes a header and a line a reading, with a bare newline at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._file.write(f"{','.join(COLUMNS)}\n".encode())

    def begin(self, series: Mapping[str, str | None]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([series[name] for name in CONSTANT])
        self._ending = line.getvalue()

    def write(self, dates: Sequence[str], values: Sequence[str], arrivals: Sequence[str]) -> None:
        ending = self._ending
        lines = [
            f"{at},{value},{arrived},{ending}"
            for at, value, arrived in zip(dates, values, arrivals, strict=True)
        ]
        self._file.write("".join(lines).encode())

    def close(self, *, complete: bool) -> None:
        self._file.close()


class JsonLinesWriter:
    """Writes an object a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def begin(self, series: Mapping[str, str | None]) -> None:
        told = {name: series[name] for name in CONSTANT}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        self._ending = f"{text[1:]}\n"

    def write(self, dates: Sequence[str], values: Sequence[str], arrivals: Sequence[str]) -> None:
        ending = self._ending
        lines = [
            f'{{"date":"{at}","value":{value},"updatedAt":"{arrived}",{ending}'
            for at, value, arrived in zip(dates, values, arrivals, strict=True)
        ]
        self._file.write("".join(lines).encode())

    def close(self, *, complete: bool) -> None:
        self._file.close()


class SqliteWriter:
    """Writes tables."""

    def __init__(self, path: Path) -> None:
        self._kept = ReadingsFile(path)

    def begin(self, series: Mapping[str, str | None]) -> None:
        self._kept.begin(series)

    def write(self, dates: Sequence[str], values: Sequence[str], arrivals: Sequence[str]) -> None:
        self._kept.write(zip(dates, values, arrivals, strict=True))

    def close(self, *, complete: bool) -> None:
        self._kept.close(complete=complete)


class _Gzip(GzipFile):
    """A gzip file without a name and a time: the same readings are the same bytes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        super().__init__("", "wb", compresslevel=6, fileobj=self._file, mtime=0)

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._file.close()


def writer_of(form: ExportFormat, path: Path, *, compressed: bool = False) -> Writer:
    """Return what writes *form* to the new file *path*; raises `OSError`."""
    if form is ExportFormat.SQLITE:
        return SqliteWriter(path)
    return stream_writer_of(form, cast("IO[bytes]", _Gzip(path)) if compressed else path.open("wb"))


def stream_writer_of(form: ExportFormat, file: IO[bytes]) -> Writer:
    """Return what writes *form*, which is not SQLite, to *file*."""
    return CsvWriter(file) if form is ExportFormat.CSV else JsonLinesWriter(file)
