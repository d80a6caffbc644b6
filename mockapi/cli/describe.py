"""The command `mockapi describe`."""

import json
import shutil
import sys
from contextlib import closing

import click

from mockapi.cli import completers
from mockapi.cli.description import RenderOptions, as_json_object, as_text
from mockapi.cli.options import open_world, settings_of

_ASCII = "_.-:=+*#"


@click.command(epilog="Example: mockapi describe portfolio")
@click.argument("scenario", shell_complete=completers.scenarios)
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--json", "as_json", is_flag=True, help="Print all sites and meters as JSON.")
@click.option("--all", "all_sites", is_flag=True, help="List all sites.")
@click.option(
    "--meters/--no-meters",
    default=None,
    help="Show the meters of all listed sites, or none; by default those of the first sites.",
)
def describe(
    *, scenario: str, seed: str | None, as_json: bool, all_sites: bool, meters: bool | None
) -> None:
    """Show the customers, sites and meters of SCENARIO.

    Each meter has a line with a sparkline of its last twelve months, and of its week if the
    terminal is at least 110 columns wide.
    """
    with closing(open_world(settings_of({"scenario": scenario, "seed": seed}))) as world:
        if as_json:
            click.echo(json.dumps(as_json_object(world), indent=2, ensure_ascii=False))
            return
        options = RenderOptions(
            width=shutil.get_terminal_size().columns,
            bars=RenderOptions.bars if _can_print(RenderOptions.bars) else _ASCII,
            accent=lambda line: click.style(line, fg="cyan"),
            all_sites=all_sites,
            meters=meters,
        )
        for line in as_text(world, options):
            click.echo(line)


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
