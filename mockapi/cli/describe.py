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
@click.option("--json", "as_json", is_flag=True, help="Print every site and meter as JSON.")
@click.option("--all", "every_site", is_flag=True, help="List every site, however many.")
@click.option(
    "--meters/--no-meters",
    default=None,
    help="Draw the meters of all listed sites, or none; of many sites, the first are drawn.",
)
def describe(
    *, scenario: str, seed: str | None, as_json: bool, every_site: bool, meters: bool | None
) -> None:
    """Show what SCENARIO becomes: its customers, their sites, and what stands in them.

    A meter is a line with a sparkline of its last twelve months, and of its week where the
    terminal is 110 columns wide.
    """
    with closing(open_world(settings_of({"scenario": scenario, "seed": seed}))) as world:
        if as_json:
            click.echo(json.dumps(as_json_object(world), indent=2, ensure_ascii=False))
            return
        look = RenderOptions(
            width=shutil.get_terminal_size().columns,
            bars=RenderOptions.bars if _can_print(RenderOptions.bars) else _ASCII,
            accent=lambda line: click.style(line, fg="cyan"),
            every_site=every_site,
            meters=meters,
        )
        for line in as_text(world, look):
            click.echo(line)


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
