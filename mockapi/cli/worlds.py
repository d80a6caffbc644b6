"""The command `mockapi worlds`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.command_errors import UsageError, WholeNumber
from mockapi.cli.server_client import (
    ControlApiClient,
    complete_world,
    json_option,
    print_json,
    print_table,
    server_command,
)
from mockapi.client import MockApiError
from mockapi.client.transport import is_scenario_file, scenario_name_of
from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.scenario.errors import REQUEST_LIMITS

_INLINE = "inline"


@click.group(epilog="Example: mockapi worlds create mine --scenario vendor-samples")
def worlds() -> None:
    """List, create and delete the named worlds of a running server."""


@worlds.command("list")
@json_option
@server_command
def list_(client: ControlApiClient, *, as_json: bool) -> None:
    """List the named worlds, which do not include the default world."""
    views = client.request("GET", "worlds")
    if as_json:
        print_json(views)
        return
    heads = ("name", "scenario", "seed", "edition", "now")
    print_table(heads, [tuple(str(each[head]) for head in heads) for each in views])


@worlds.command(epilog="Example: mockapi worlds create mine --scenario ./mine.yaml --seed 7")
@click.argument("name", required=False)
@click.option(
    "--scenario",
    metavar="VALUE",
    help="Scenario of the server, or a local file.",
    shell_complete=completers.scenarios,
)
@click.option("--seed", type=WholeNumber(), help="Seed of the world.")
@click.option(
    "--edition",
    metavar="VALUE",
    help="Edition of the APIs.",
    shell_complete=completers.editions,
)
@click.option("--clock", metavar="VALUE", help="Time at which the clock is frozen, or `system`.")
@json_option
@server_command
def create(
    client: ControlApiClient, *, name: str | None, scenario: str | None, as_json: bool, **body: Any
) -> None:
    """Create the world NAME in memory and print its URL.

    Options that are not given are those of the default world of the server.
    """
    body["scenario"] = scenario
    if scenario is not None and is_scenario_file(scenario):
        body |= {
            "scenario": None,
            "scenario_text": _text_of(scenario),
            "scenario_name": scenario_name_of(scenario) or _INLINE,
        }
    with _file_in_errors(scenario, body.get("scenario_name")):
        views = client.create(name, body)
    if as_json:
        print_json(views)
    else:
        click.echo(client.url + views["path"])


@worlds.command()
@click.argument("name", shell_complete=complete_world)
@server_command
def delete(client: ControlApiClient, *, name: str) -> None:
    """Delete the world NAME and all of its data."""
    client.request("DELETE", f"worlds/{quote(name, safe='')}")


@contextmanager
def _file_in_errors(file: str | None, name: str | None) -> Iterator[None]:
    """Replace *name*, under which the server knows the scenario, by *file* in its errors."""
    try:
        yield
    except MockApiError as error:
        if file and name and error.detail.startswith(f"{name}:"):
            lines = error.detail.splitlines()
            raise UsageError("\n".join(file + each.removeprefix(name) for each in lines)) from error
        raise


def _text_of(file: str) -> str:
    try:
        return read_utf8(Path(file), REQUEST_LIMITS.characters)
    except UnreadableFileError as error:
        raise UsageError(f"--scenario: {file} {error}") from error
