"""The command `mockapi import`."""

from collections.abc import Sequence
from pathlib import Path

import click

from mockapi.cli.command_errors import CliError
from mockapi.cli.output_files import STDOUT, check_output_file, write_output_file
from mockapi.importing.imported_scenario import ImportedScenario, import_scenario
from mockapi.importing.observations import observe
from mockapi.replay.recorded_request import InvalidHarError
from mockapi.replay.recording_formats import read_recording
from mockapi.version import __version__

_MOST_SHOWN = 20


@click.command(
    "import",
    epilog="Example: mockapi import session.har --out mine.yaml --anonymise",
)
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--out", default=STDOUT, metavar="FILE", help="Scenario file; default: stdout.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@click.option(
    "--anonymise",
    "--anonymize",
    is_flag=True,
    help="Replace names, addresses, ids and coordinates, cities by ones of the same climate.",
)
@click.option("--all", "show_all", is_flag=True, help="List all responses that were not used.")
def import_(
    recordings: Sequence[Path], out: str, *, force: bool, anonymise: bool, show_all: bool
) -> None:
    """Make a scenario of the responses in RECORDING, files that a real API was recorded in.

    A RECORDING is a HAR file, a Postman collection with saved responses, or JSON responses by
    operation. Of contradictory responses the newest one is used. Responses that were not used are
    listed on stderr.
    """
    if out != STDOUT:
        check_output_file("--out", Path(out), force=force, inputs=recordings)
    try:
        observed = observe([(each.name, read_recording(each)) for each in recordings])
    except InvalidHarError as error:
        raise CliError(str(error)) from error
    names = ", ".join(each.name for each in recordings)
    source = "" if anonymise else f" from {names}"
    imported = import_scenario(
        observed, anonymise=anonymise, title=f"Imported by mockapi {__version__}{source}."
    )
    _print_unused(imported, len(imported.unused) if show_all else _MOST_SHOWN)
    if not imported.counts["sites"]:
        raise CliError(f"{names}: no usable response. Record `GET /sites` of a real API.")
    if out == STDOUT:
        click.echo(imported.text, nl=False)
        return
    write_output_file("--out", Path(out), imported.text)
    click.echo(f"{out}: {_summary(imported)}")


def _print_unused(imported: ImportedScenario, most: int) -> None:
    for each in imported.unused[:most]:
        click.echo(f"not used: {each}", err=True)
    more = len(imported.unused) - most
    if more > 0:
        click.echo(f"not used: {more} more. --all lists them.", err=True)


def _summary(imported: ImportedScenario) -> str:
    return ", ".join(
        f"{number:,} {_noun(name, number)}" for name, number in imported.counts.items() if number
    )


def _noun(name: str, number: int) -> str:
    words = name.replace("_", " ")
    return words.removesuffix("s") if number == 1 else words
