"""The command `mockapi export`."""

import gc
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from mockapi.cli import completers
from mockapi.cli.command_errors import CliError
from mockapi.cli.options import open_world, settings_of
from mockapi.cli.output_files import STDOUT, check_output_file
from mockapi.domain.timestamps import Interval
from mockapi.export.provenance import provenance_of
from mockapi.export.readings import (
    ExportRequest,
    ExportWindow,
    InvalidWindowError,
    UnknownSiteError,
    select_sites,
)
from mockapi.export.readings import export as export_readings
from mockapi.export.shards import InvalidShardError, Shard
from mockapi.export.sinks import ManyFiles, OneFile, OutputExistsError, Sink, StreamSink
from mockapi.export.workers import available_processors, run_tasks
from mockapi.export.writers import (
    ENDINGS,
    ExportFormat,
    InvalidEndingError,
    format_of,
)
from mockapi.settings import Settings
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_SIZE_OF_ONE_JOB = 2_000_000
"""Readings up to which starting processes takes longer than it saves."""


@click.command(
    epilog="Example: mockapi export --from 2026-05-01 --to 2026-06-01 --local --out may.csv",
)
@click.option(
    "--scenario",
    metavar="VALUE",
    help="Scenario to export; a name or a file.",
    shell_complete=completers.scenarios,
)
@click.option("--seed", metavar="VALUE", help="Seed of the world.")
@click.option("--from", "since", metavar="DATE", help="First date; default: a year before --to.")
@click.option(
    "--to", "until", metavar="DATE", help="End, exclusive; default: the time of the world."
)
@click.option(
    "--site", "sites", multiple=True, metavar="ID|NAME", help="Only this site; repeatable."
)
@click.option(
    "--interval",
    type=completers.AnyCase(["PT15M", "PT1H", "P1D", "P1M"]),
    metavar="PT15M|PT1H|P1D|P1M",
    help="Interval of all readings; default: that of each meter.",
)
@click.option("--local", is_flag=True, help="Use the local time of each site for dates.")
@click.option(
    "--format",
    "format_name",
    type=completers.AnyCase([each.value for each in ExportFormat]),
    help="Format; default: by the ending of --out, else csv. .csv.gz and .jsonl.gz are compressed.",
)
@click.option(
    "--out",
    default="-",
    metavar="PATH",
    help="Output file; default, or with -: stdout.",
    shell_complete=completers.files,
)
@click.option(
    "--partition",
    type=completers.AnyCase(["site", "month"]),
    metavar="site|month",
    help="Write a data set of Parquet files to the folder --out. A second run continues it.",
)
@click.option(
    "--shard", metavar="I/N", help="Write only part I of N, from 0/N on; all sites are divided."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes; default: one, or one per processor for large Parquet files.",
)
@click.option("--files", is_flag=True, help="Write one file per series to the folder --out.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
def export(
    *,
    scenario: str | None,
    seed: str | None,
    since: str | None,
    until: str | None,
    sites: Sequence[str],
    interval: str | None,
    local: bool,
    **output: Any,
) -> None:
    """Write the readings of a scenario, as the API returns them, to files.

    DATE is a day (2026-05-01), a month, a year, or a date-time. --from is inclusive, --to is
    exclusive. Dates without an offset are UTC, or with --local the local time of each site. The
    window can be outside of the history, and sites need not be registered.
    """
    gc.enable()  # to free the memory of each block
    target = _Output(**output)
    settings = settings_of({"scenario": scenario, "seed": seed})
    target.check(settings)
    with closing(open_world(settings)) as world:
        try:
            request = ExportRequest(
                select_sites(all_sites(world), sites),
                _window(world, since, until, local=local),
                None if interval is None else Interval(interval),
            )
            shard = Shard() if target.shard is None else Shard.of(target.shard)
        except UnknownSiteError as error:
            raise CliError(str(error)) from error
        except InvalidShardError as error:
            raise CliError(f"--shard: {error}") from error
        try:
            if target.partition is None:
                summary = _write_sink(world, request, shard, target)
            else:
                summary = _write_data_set(world, request, shard, target, target.partition)
        except BrokenProcessPool as error:
            raise CliError(
                "A process of the export was killed. Give it more memory, or fewer --jobs."
            ) from error
        except OSError as error:
            if target.out == STDOUT:
                # `main` reports it and discards what is still buffered for stdout.
                raise
            raise CliError(
                f"Cannot write {target.out}: {error.strerror or 'unknown error'}."
            ) from error
    if target.out != STDOUT:
        click.echo(summary, err=True)


@dataclass(frozen=True)
class _Output:
    """The options that say how and where readings are written."""

    out: str
    format_name: str | None
    partition: str | None
    shard: str | None
    jobs: int | None
    files: bool
    force: bool

    @property
    def given_format(self) -> ExportFormat | None:
        return ExportFormat(self.format_name) if self.format_name else None

    def check(self, settings: Settings) -> None:
        """Raise `CliError` if the file cannot be written, or is one of those in *settings*."""
        path = Path(self.out)
        if self.out == STDOUT or self.files or self.partition or path.is_dir():
            return
        inputs = [Path(each) for each in (settings.data, settings.scenario) if each]
        check_output_file("--out", path, force=self.force, inputs=inputs)

    @property
    def shows_progress(self) -> bool:
        """Return True if a progress bar on stderr is visible and does not mix with stdout."""
        return sys.stderr.isatty() and not (self.out == STDOUT and sys.stdout.isatty())

    def progress(self, length: int) -> Any:
        """Return a progress bar, which is hidden if stderr is not a terminal."""
        return click.progressbar(
            length=length, label="exporting", file=sys.stderr, hidden=not self.shows_progress
        )


def _write_sink(world: World, request: ExportRequest, shard: Shard, target: _Output) -> str:
    request = replace(request, sites=shard.of_units(request.sites))
    sink, is_parquet = _sink(target, provenance_of(world, request))
    size = request.size(world) if target.shows_progress or is_parquet else 0
    jobs = _jobs(world, target, size if is_parquet else 0)
    with target.progress(size) as bar:
        written = export_readings(world, request, sink, bar.update, jobs)
    return f"{written.readings:,} readings of {written.series:,} series in {target.out}"


def _write_data_set(
    world: World, request: ExportRequest, shard: Shard, target: _Output, partition: str
) -> str:
    conflicts = {
        "--files": target.files,
        "--force": target.force,
        f"--format {target.format_name}": target.given_format not in (None, ExportFormat.PARQUET),
    }
    for option, is_given in conflicts.items():
        if is_given:
            raise CliError(f"{option} cannot be used with --partition. Remove one.")
    if target.out == STDOUT:
        raise CliError("--partition cannot write to stdout. Give a folder with --out.")
    # Imported lazily: only Parquet needs pyarrow, which is optional.
    from mockapi.export.data_set import DataSet, OtherDataSetError, Partition

    provenance = provenance_of(world, request)
    whole = DataSet(Path(target.out), Partition(partition), request, provenance)
    try:
        whole.begin()
    except OtherDataSetError as error:
        raise CliError(f"--out: {error}") from error
    parts = shard.of_units(whole.parts())
    missing = [each for each in parts if not each.is_finished(whole.folder)]
    ids = {each for part in missing for each in part.sites}
    rest = replace(request, sites=[site for site in request.sites if site.id in ids])
    jobs = _jobs(world, target, rest.size(world))
    readings = 0
    with (
        target.progress(len(parts)) as bar,
        closing(run_tasks(world, whole.without_sites().write_part, missing, jobs)) as results,
    ):
        bar.update(len(parts) - len(missing))
        for written in results:
            readings += written.readings
            bar.update(1)
    kept = len(parts) - len(missing)
    return f"{readings:,} readings in {target.out}" + (f"; {kept:,} parts kept" if kept else "")


def _jobs(world: World, target: _Output, size: int) -> int:
    """Return the number of processes for *size* readings, which are 0 if one is sufficient."""
    if world.settings.data is not None:
        if target.jobs not in (None, 1):
            raise CliError("--jobs: only one process can open MOCKAPI_DATA. Remove one.")
        return 1
    if target.jobs is not None:
        return target.jobs
    return available_processors() if size > _SIZE_OF_ONE_JOB else 1


def _window(world: World, since: str | None, until: str | None, *, local: bool) -> ExportWindow:
    year = timedelta(days=365)
    try:
        until = (
            until or world.now().replace(tzinfo=None if local else world.now().tzinfo).isoformat()
        )
        if since is None:
            ends = ExportWindow.of("1900", until, local=local).until
            since = (ends - year).isoformat()
        return ExportWindow.of(since, until, local=local)
    except InvalidWindowError as error:
        raise CliError(str(error)) from error


def _sink(target: _Output, provenance: Mapping[str, str]) -> tuple[Sink, bool]:
    """Return the sink of *target*, and whether it writes Parquet."""
    given, files, force = target.given_format, target.files, target.force
    if target.out == STDOUT:
        if files or given in (ExportFormat.SQLITE, ExportFormat.PARQUET):
            what = "--files" if files else f"--format {given}"
            raise CliError(f"{what} cannot write to stdout. Give a path with --out.")
        return StreamSink(given or ExportFormat.CSV, sys.stdout.buffer), False
    path = Path(target.out)
    try:
        named = path.name if not files or path.suffix.lower() in ENDINGS else ""
        chosen, compressed = format_of(named, given)
        sink: Sink = (
            ManyFiles(chosen, path, force=force, provenance=provenance)
            if files
            else OneFile(chosen, path, compressed=compressed, provenance=provenance)
        )
    except (OutputExistsError, InvalidEndingError) as error:
        raise CliError(f"--out: {error}") from error
    return sink, chosen is ExportFormat.PARQUET
