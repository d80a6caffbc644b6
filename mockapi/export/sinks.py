"""Sinks of an export: one file, one file per channel, or a stream."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from mockapi.export.output_paths import discard, finish, is_replaceable, unfinished_path
from mockapi.export.writers import (
    TEXT_FORMATS,
    ExportFormat,
    Writer,
    stream_writer_of,
    writer_of,
)
from mockapi.timeseries.channel import MeterChannel

INDEX = "index.csv"
_INDEX_COLUMNS = (
    "file", "key", "site", "siteName", "building", "area", "latitude", "longitude", "timezone",
    "meter", "meterName", "commodity", "usage", "measurement", "unit",
)  # fmt: skip
_MAX_SLUG_LENGTH = 40


class OutputExistsError(FileExistsError):
    """An output file or folder that exists already."""


class Sink(Protocol):
    """Context manager that returns a writer per series, and removes unfinished files."""

    def writer(self, channel: MeterChannel) -> Writer:
        """Return the writer for *channel*."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class StreamSink:
    """All series in an open stream, which is not closed."""

    def __init__(self, export_format: ExportFormat, file: IO[bytes]) -> None:
        self._file = file
        self._writer = stream_writer_of(export_format, file)

    def writer(self, channel: MeterChannel) -> Writer:
        self._writer.begin(series_columns(channel))
        return self._writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._file.flush()


class OneFile:
    """All series in the file *path*, which appears, or is replaced, when it is complete.

    A device or a pipe gets each reading when it is written.
    """

    def __init__(
        self,
        export_format: ExportFormat,
        path: Path,
        *,
        compressed: bool = False,
        provenance: Mapping[str, str] | None = None,
    ) -> None:
        if path.is_dir():
            raise OutputExistsError(f"{path} is a folder. Add --files to write into it.")
        if export_format not in TEXT_FORMATS and not is_replaceable(path):
            raise OutputExistsError(
                f"{path} is a device or a pipe, which cannot hold {export_format}. "
                "Give the path of a file."
            )
        self._path = path
        self._unfinished = unfinished_path(path)
        discard(self._unfinished, path)
        self._writer = writer_of(
            export_format, self._unfinished, compressed=compressed, provenance=provenance
        )

    def writer(self, channel: MeterChannel) -> Writer:
        self._writer.begin(series_columns(channel))
        return self._writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            self._writer.close(complete=kind is None)
            if kind is None:
                finish(self._unfinished, self._path)
        finally:
            with suppress(OSError):
                discard(self._unfinished, self._path)


class ManyFiles:
    """One file per series in the folder *path*, and an index of the files."""

    def __init__(
        self,
        export_format: ExportFormat,
        path: Path,
        *,
        force: bool = False,
        provenance: Mapping[str, str] | None = None,
    ) -> None:
        if path.exists() and not path.is_dir():
            raise OutputExistsError(f"{path} is a file. Give a folder for --files.")
        if path.is_dir() and any(path.iterdir()) and not force:
            raise OutputExistsError(f"{path} is not empty. Add --force to overwrite its files.")
        path.mkdir(parents=True, exist_ok=True)
        self._format, self._folder, self._provenance = export_format, path, provenance
        self._index: list[Sequence[object]] = []
        self._open: OneFile | None = None

    def writer(self, channel: MeterChannel) -> Writer:
        self._finish(None)
        name = f"{file_stem(channel)}.{self._format.value}"
        site, meter, measurement = channel.site, channel.meter, channel.measurement
        self._index.append(
            (
                name, channel.key, site.id, site.name, site.building, site.gross_area,
                site.latitude, site.longitude, site.timezone, meter.id, meter.name,
                meter.commodity, meter.usage, measurement.name, measurement.unit,
            )
        )  # fmt: skip
        self._open = OneFile(self._format, self._folder / name, provenance=self._provenance)
        return self._open.writer(channel)

    def _finish(self, kind: object) -> None:
        if self._open is not None:
            self._open.__exit__(kind, None, None)
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._finish(kind)
        with (self._folder / INDEX).open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(_INDEX_COLUMNS)
            lines.writerows(self._index)


def series_columns(channel: MeterChannel) -> dict[str, str | None]:
    """Return the columns that are constant for all readings of *channel*."""
    return {
        "key": channel.key,
        "site": channel.site.id,
        "meter": channel.meter.id,
        "commodity": channel.meter.commodity,
        "usage": channel.meter.usage,
        "measurement": channel.measurement.name,
        "unit": channel.measurement.unit,
    }


def file_stem(channel: MeterChannel) -> str:
    """Return a unique file name without ending for *channel*."""
    parts = (channel.site.name or channel.site.id, channel.meter.usage, channel.measurement.name)
    return ".".join([*(_slug(each)[:_MAX_SLUG_LENGTH] for each in parts), _slug(channel.key)])


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
