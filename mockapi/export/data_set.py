"""Data sets: Hive-partitioned folders of Parquet files that can be continued."""

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import quote

import numpy as np

from mockapi.domain.timestamps import Interval
from mockapi.export.parquet import ParquetWriter
from mockapi.export.readings import ExportRequest, ExportResult, export
from mockapi.export.sinks import series_columns
from mockapi.export.writers import Writer
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.intervals import ceiling, number_at
from mockapi.timeseries.models.noise import Steps
from mockapi.timeseries.readings import Readings
from mockapi.timeseries.time_axis import numbers_of
from mockapi.world.sites import site_with
from mockapi.world.world import World

MANIFEST = "_mockapi.json"
"""File with the parameters of a data set. Readers of Parquet ignore names that begin with `_`."""
_SITES_PER_FILE = 16
"""Sites in each file of a month. It must not depend on the number of jobs or shards."""
_MOST_BUFFERED = 4_000_000
"""Readings of all files of a part in memory."""
_MONTH = Interval.MONTH


class Partition(StrEnum):
    """Column by which a data set is divided into folders."""

    SITE = "site"
    MONTH = "month"


class OtherDataSetError(FileExistsError):
    """A folder that contains something else than the requested data set."""


@dataclass(frozen=True)
class DataSetPart:
    """Files of a data set that one process writes, for the sites with the ids *sites*.

    *folders* are those in which each finished part has a file called *name*.
    """

    name: str
    sites: Sequence[str]
    folders: Sequence[str]

    def is_finished(self, folder: Path) -> bool:
        """Return True if all files of this part of the data set in *folder* exist."""
        return all((folder / each / self.name).exists() for each in self.folders)


@dataclass(frozen=True)
class DataSet:
    """The readings of *request* in *folder*, divided by *partition*.

    The parts, and the bytes of their files, depend on nothing else than the request.
    """

    folder: Path
    partition: Partition
    request: ExportRequest
    provenance: Mapping[str, str]

    def parts(self) -> Sequence[DataSetPart]:
        """Return all parts: one per site, or for months one per group of sites."""
        ids = [site.id for site in self.request.sites]
        if self.partition is Partition.SITE:
            return [DataSetPart("part-0.parquet", (each,), (site_folder(each),)) for each in ids]
        months = self._months()
        return [
            DataSetPart(f"part-{at:05d}.parquet", ids[first : first + _SITES_PER_FILE], months)
            for at, first in enumerate(range(0, len(ids), _SITES_PER_FILE))
        ]

    def _months(self) -> Sequence[str]:
        since, until = map(ceiling, self.request.window.bounds_in(None))
        return [
            month_folder(each)
            for each in range(number_at(_MONTH, since), number_at(_MONTH, until - 1) + 1)
        ]

    def begin(self) -> None:
        """Create the folder, or check that it contains this data set.

        Raise `OtherDataSetError` if it does not. Several shards can begin at once.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise OtherDataSetError(f"{self.folder} is a file. Give a folder for --partition.")
        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = self.folder / MANIFEST
        # Listed before the check, because another shard can write both in between.
        names = [each.name for each in self.folder.iterdir()]
        if not manifest.exists():
            if not all(each.startswith(f".{MANIFEST}") for each in names):
                raise OtherDataSetError(
                    f"{self.folder} is not empty and not a data set. Give another folder."
                )
            text = json.dumps(self._parameters(), indent=2, ensure_ascii=False)
            unfinished = unfinished_name(manifest)
            unfinished.write_text(f"{text}\n", "utf-8")
            unfinished.replace(manifest)
        self._check(manifest)

    def _parameters(self) -> Mapping[str, str]:
        ids = "\n".join(site.id for site in self.request.sites)
        sites = f"{len(self.request.sites)} sites {sha256(ids.encode()).hexdigest()[:16]}"
        return {"partition": self.partition.value, **self.provenance, "sites": sites}

    def _check(self, manifest: Path) -> None:
        try:
            found = json.loads(manifest.read_text("utf-8"))
        except ValueError as error:
            raise OtherDataSetError(f"{manifest} is damaged. Give another folder.") from error
        for name, wanted in self._parameters().items():
            if found.get(name) != wanted:
                raise OtherDataSetError(
                    f"{self.folder} is a data set with {name} {found.get(name)!r}, not {wanted!r}. "
                    "Give another folder."
                )

    def write_part(self, world: World, part: DataSetPart) -> ExportResult:
        """Write the files of *part*, and return their numbers of series and readings."""
        sites = [site_with(world, each) for each in part.sites]
        return export(world, replace(self.request, sites=sites), _PartSink(self, part))

    def without_sites(self) -> Self:
        """Return the data set as `write_part` needs it in another process."""
        return replace(self, request=replace(self.request, sites=()))


def site_folder(site_id: str) -> str:
    """Return the folder of a site, with special characters escaped as by Hive."""
    return f"site={quote(site_id, safe='')}"


def month_folder(number: int) -> str:
    """Return the folder of the month *number*, counted from January 1970."""
    return f"month={np.datetime64(number, 'M')}"


def unfinished_name(path: Path) -> Path:
    """Return where this process writes the file *path* until it is complete."""
    host = re.sub(r"[^\w.-]", "-", socket.gethostname())
    return path.with_name(f".{path.name}.{host}.{os.getpid()}.part")


class _UnfinishedFile:
    """A Parquet file with a temporary name until it is complete."""

    def __init__(self, path: Path, data_set: DataSet) -> None:
        path.parent.mkdir(exist_ok=True)
        self._path, self._unfinished = path, unfinished_name(path)
        without = data_set.partition.value
        self.writer = ParquetWriter(self._unfinished, data_set.provenance, without=without)

    def finish(self) -> None:
        """Complete the file, and remove what killed processes left."""
        self.writer.close(complete=True)
        try:
            # A crash of the machine must not leave a file without contents, which would be kept.
            with self._unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            self._unfinished.replace(self._path)
        except FileNotFoundError:
            # A job was started twice, and the other process was faster.
            if not self._path.exists():
                raise
        for each in self._path.parent.glob(f".{self._path.name}.*.part"):
            each.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the file, if it is not complete."""
        with suppress(OSError):
            self.writer.close(complete=False)
        with suppress(OSError):
            self._unfinished.unlink(missing_ok=True)


class _PartSink:
    """Sink and writer of one part of a data set, with one file per folder."""

    def __init__(self, data_set: DataSet, part: DataSetPart) -> None:
        self._data_set, self._part = data_set, part
        self._files: dict[str, _UnfinishedFile] = {}
        self._series: Mapping[str, str | None] = {}

    def writer(self, channel: MeterChannel) -> Writer:
        self.begin(series_columns(channel))
        return self

    def begin(self, series: Mapping[str, str | None]) -> None:
        self._series = series

    def write(self, readings: Readings, timezone: str | None) -> None:
        for folder, found in self._by_folder(readings):
            writer = self._file(folder).writer
            writer.begin(self._series)
            writer.write(found, timezone)
        writers = [each.writer for each in self._files.values()]
        if sum(each.buffered for each in writers) >= _MOST_BUFFERED:
            for each in writers:
                each.flush()

    def _by_folder(self, readings: Readings) -> Iterator[tuple[str, Readings]]:
        if self._data_set.partition is Partition.SITE:
            yield self._part.folders[0], readings
            return
        months: Steps = numbers_of(_MONTH, readings.dates)
        for month in np.unique(months).tolist():
            yield month_folder(month), readings.at(months == month)

    def _file(self, folder: str) -> _UnfinishedFile:
        if folder not in self._files:
            path = self._data_set.folder / folder / self._part.name
            self._files[folder] = _UnfinishedFile(path, self._data_set)
        return self._files[folder]

    def close(self, *, complete: bool) -> None:
        for folder in self._part.folders if complete else ():
            # A month without readings has a file, too, so that the part is known to be complete.
            self._file(folder)
        # Clock defects move readings to other months. Those files are completed first, because
        # they do not show whether the part is complete.
        last = set(self._part.folders)
        ordered = sorted(self._files, key=lambda folder: (folder in last, folder))
        try:
            for folder in ordered if complete else ():
                self._files[folder].finish()
        finally:
            for each in self._files.values():
                each.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close(complete=kind is None)
