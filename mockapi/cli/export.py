"""The command `mockapi export`."""

import gc
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from mockapi.cli import completers
from mockapi.cli.command_errors import CommandError, UsageError
from mockapi.cli.options import open_world, settings_of
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
from mockapi.export.sinks import ManyFiles, OneFile, OutputExistsError, Sink, StreamSink
from mockapi.export.writers import (
    ENDINGS,
    ExportFormat,
    InvalidEndingError,
    MissingPyarrowError,
    format_of,
)
from mockapi.world.sites import all_sites
from mockapi.world.world import World

_STDOUT = "-"


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
    format_name: str | None,
    out: str,
    files: bool,
    force: bool,
) -> None:
    """Write the readings of a scenario, as the API returns them, to files.

    DATE is a day (2026-05-01), a month, a year, or a date-time. --from is inclusive, --to is
    exclusive. Dates without an offset are UTC, or with --local the local time of each site. The
    window can be outside of the history, and sites need not be registered.
    """
    gc.enable()  # to free the memory of each block
    with closing(open_world(settings_of({"scenario": scenario, "seed": seed}))) as world:
        try:
            request = ExportRequest(
                select_sites(all_sites(world), sites),
                _window(world, since, until, local=local),
                None if interval is None else Interval(interval),
            )
        except UnknownSiteError as error:
            raise UsageError(str(error)) from error
        try:
            size = request.size(world) if _shows_progress(out) else 0
            sink = _sink(out, format_name, provenance_of(world, request), files=files, force=force)
            with click.progressbar(
                length=size, label="exporting", file=sys.stderr, hidden=not _shows_progress(out)
            ) as bar:
                written = export_readings(world, request, sink, bar.update)
        except OSError as error:
            if out == _STDOUT:
                # `main` reports it and discards what is still buffered for stdout.
                raise
            raise CommandError(
                f"Cannot write {out}: {error.strerror or 'unknown error'}."
            ) from error
    if out != _STDOUT:
        click.echo(f"{written.readings:,} readings of {written.series:,} series in {out}", err=True)


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
        raise UsageError(str(error)) from error


def _sink(
    out: str,
    format_name: str | None,
    provenance: Mapping[str, str],
    *,
    files: bool,
    force: bool,
) -> Sink:
    given = ExportFormat(format_name) if format_name else None
    if out == _STDOUT:
        if files or given in (ExportFormat.SQLITE, ExportFormat.PARQUET):
            what = "--files" if files else f"--format {given}"
            raise UsageError(f"{what} cannot write to stdout. Give a path with --out.")
        return StreamSink(given or ExportFormat.CSV, sys.stdout.buffer)
    path = Path(out)
    if not files and not path.parent.is_dir():
        raise UsageError(f"--out: the folder {str(path.parent)!r} does not exist. Create it.")
    try:
        if files:
            chosen = format_of(path.name if path.suffix.lower() in ENDINGS else "", given)[0]
            return ManyFiles(chosen, path, force=force, provenance=provenance)
        chosen, compressed = format_of(path.name, given)
        return OneFile(chosen, path, force=force, compressed=compressed, provenance=provenance)
    except MissingPyarrowError as error:
        raise UsageError(f"Parquet: {error}") from error
    except (OutputExistsError, InvalidEndingError) as error:
        raise UsageError(f"--out: {error}") from error


def _shows_progress(out: str) -> bool:
    """Return True if a progress bar on stderr is visible and does not mix with stdout."""
    return sys.stderr.isatty() and not (out == _STDOUT and sys.stdout.isatty())
