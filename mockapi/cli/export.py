"""The command `mockapi export`."""

import gc
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockapi.cli import completers
from mockapi.cli.errors import Refusal, Unanswered
from mockapi.cli.options import open_world, settings_of
from mockapi.domain.timestamps import Interval
from mockapi.export.readings import ExportRequest, UnknownSite, Window, WrongWindow, select_sites
from mockapi.export.readings import export as export_readings
from mockapi.export.target import ManyFiles, OneFile, OutputExistsError, Sink, StreamSink
from mockapi.export.writers import ENDINGS, ExportFormat, WrongEnding, form_of
from mockapi.world.sites import all_sites

if TYPE_CHECKING:
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
@click.option("--from", "since", metavar="DATE", help="First date; a year before --to if unset.")
@click.option("--to", "until", metavar="DATE", help="Date to end before; the world's if unset.")
@click.option("--site", "sites", multiple=True, metavar="ID|NAME", help="Only this site; repeats.")
@click.option(
    "--interval",
    type=completers.AnyCase(["PT15M", "PT1H", "P1D", "P1M"]),
    metavar="PT15M|PT1H|P1D|P1M",
    help="Interval of all readings; each meter's own if unset.",
)
@click.option("--local", is_flag=True, help="Read and write dates by each site's wall clock.")
@click.option(
    "--format",
    "form",
    type=completers.AnyCase(["csv", "jsonl", "sqlite"]),
    help="Format; by the ending of --out if unset, else csv. .csv.gz and .jsonl.gz are compressed.",
)
@click.option(
    "--out",
    default="-",
    metavar="PATH",
    help="File to write; stdout if unset or -.",
    shell_complete=completers.files,
)
@click.option("--files", is_flag=True, help="Write a file a series into the folder --out.")
@click.option("--force", is_flag=True, help="Overwrite what exists.")
def export(
    *,
    scenario: str | None,
    seed: str | None,
    since: str | None,
    until: str | None,
    sites: Sequence[str],
    interval: str | None,
    local: bool,
    form: str | None,
    out: str,
    files: bool,
    force: bool,
) -> None:
    """Write the readings of a scenario's sites to files, as a client would get them.

    DATE is a day (2026-05-01), a month, a year, or a date-time; the window includes --from and
    ends before --to. Dates without an offset are UTC, and with --local the wall clock of each
    site. The window may lie outside of the scenario's history; sites need not be registered.
    """
    gc.enable()  # what is thrown away block by block must not pile up
    with closing(open_world(settings_of({"scenario": scenario, "seed": seed}))) as world:
        try:
            order = ExportRequest(
                select_sites(all_sites(world), sites),
                _window(world, since, until, local=local),
                None if interval is None else Interval(interval),
            )
        except UnknownSite as error:
            raise Refusal(str(error)) from error
        try:
            size = order.size(world) if _shows_progress(out) else 0
            target = _target(out, form, files=files, force=force)
            with click.progressbar(
                length=size, label="exporting", file=sys.stderr, hidden=not _shows_progress(out)
            ) as bar:
                written = export_readings(world, order, target, bar.update)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Unanswered(f"Cannot write {out}: {error.strerror or error}") from error
    if out != _STDOUT:
        click.echo(f"{written.readings:,} readings of {written.series:,} series in {out}", err=True)


def _window(world: "World", since: str | None, until: str | None, *, local: bool) -> "Window":
    year = timedelta(days=365)
    try:
        until = (
            until or world.now().replace(tzinfo=None if local else world.now().tzinfo).isoformat()
        )
        if since is None:
            ends = Window.of("1900", until, local=local).until
            since = (ends - year).isoformat()
        return Window.of(since, until, local=local)
    except WrongWindow as error:
        raise Refusal(str(error)) from error


def _target(out: str, form: str | None, *, files: bool, force: bool) -> "Sink":
    given = ExportFormat(form) if form else None
    if out == _STDOUT:
        if files or given is ExportFormat.SQLITE:
            what = "--files" if files else "--format sqlite"
            raise Refusal(f"{what} cannot go to stdout; name a path with --out")
        return StreamSink(given or ExportFormat.CSV, sys.stdout.buffer)
    path = Path(out)
    if not files and not path.parent.is_dir():
        raise Refusal(f"--out: the folder {path.parent} does not exist")
    try:
        if files:
            chosen = form_of(path.name if path.suffix.lower() in ENDINGS else "", given)[0]
            return ManyFiles(chosen, path, force=force)
        chosen, compressed = form_of(path.name, given)
        return OneFile(chosen, path, force=force, compressed=compressed)
    except (OutputExistsError, WrongEnding) as error:
        raise Refusal(f"--out: {error}") from error


def _shows_progress(out: str) -> bool:
    """Tell whether a bar on stderr is seen, and does not run through what goes to stdout."""
    return sys.stderr.isatty() and not (out == _STDOUT and sys.stdout.isatty())
