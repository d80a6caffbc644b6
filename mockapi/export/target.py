"""Sinks of an export: one file, one file per channel, or a stream."""

import csv
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from mockapi.export.writers import ExportFormat, Writer, stream_writer_of, writer_of
from mockapi.timeseries.channel import MeterChannel

INDEX = "index.csv"
_ABOUT = (
    "file", "key", "site", "siteName", "building", "area", "latitude", "longitude", "timezone",
    "meter", "meterName", "commodity", "usage", "measurement", "unit",
)  # fmt: skip
_LONGEST = 40


class OutputExistsError(FileExistsError):
    """What would be written is there already."""


class Sink(Protocol):
    """Gives each series the writer that takes it; closes all, or throws away what is unfinished."""

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
    """Everything, to an open stream that stays open."""

    def __init__(self, form: ExportFormat, file: IO[bytes]) -> None:
        self._file = file
        self._writer = stream_writer_of(form, file)

    def writer(self, channel: MeterChannel) -> Writer:
        self._writer.begin(series_columns(channel))
        return self._writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._file.flush()


class OneFile:
    """Everything, to the file *path*, which is there when it is complete and not before."""

    def __init__(
        self, form: ExportFormat, path: Path, *, force: bool = False, compressed: bool = False
    ) -> None:
        if path.is_dir():
            raise OutputExistsError(f"{path} is a folder; add --files to fill it")
        if path.exists() and not force:
            raise OutputExistsError(f"{path} exists already; --force overwrites it")
        self._path = path
        self._unfinished = path.with_name(f"{path.name}.part")
        self._unfinished.unlink(missing_ok=True)
        self._writer = writer_of(form, self._unfinished, compressed=compressed)

    def writer(self, channel: MeterChannel) -> Writer:
        self._writer.begin(series_columns(channel))
        return self._writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            self._writer.close(complete=kind is None)
            if kind is None:
                self._unfinished.replace(self._path)
        finally:
            with suppress(OSError):
                self._unfinished.unlink(missing_ok=True)


class ManyFiles:
    """One file a series in the folder *path*, and an index that says of what each one is."""

    def __init__(self, form: ExportFormat, path: Path, *, force: bool = False) -> None:
        if path.exists() and not path.is_dir():
            raise OutputExistsError(f"{path} is a file; --files fills a folder")
        if path.is_dir() and any(path.iterdir()) and not force:
            raise OutputExistsError(f"{path} is not empty; --force overwrites the files in it")
        path.mkdir(parents=True, exist_ok=True)
        self._form, self._folder = form, path
        self._listed: list[Sequence[object]] = []
        self._open: OneFile | None = None

    def writer(self, channel: MeterChannel) -> Writer:
        self._finish(None)
        name = f"{file_stem(channel)}.{self._form.value}"
        site, meter, measurement = channel.site, channel.meter, channel.measurement
        self._listed.append(
            (
                name, channel.key, site.id, site.name, site.building, site.gross_area,
                site.latitude, site.longitude, site.timezone, meter.id, meter.name,
                meter.commodity, meter.usage, measurement.name, measurement.unit,
            )
        )  # fmt: skip
        self._open = OneFile(self._form, self._folder / name, force=True)
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
            lines.writerow(_ABOUT)
            lines.writerows(self._listed)


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
    """Return the name of a file for *channel*, which no other channel has."""
    parts = (channel.site.name or channel.site.id, channel.meter.usage, channel.measurement.name)
    return ".".join([*(_slug(each)[:_LONGEST] for each in parts), _slug(channel.key)])


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
