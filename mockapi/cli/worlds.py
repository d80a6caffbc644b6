"""The command `mockapi worlds`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.errors import Refusal
from mockapi.cli.server_client import (
    Server,
    complete_world,
    json_option,
    of_a_server,
    print_json,
    print_table,
)
from mockapi.client import MockApiError
from mockapi.client.transport import is_scenario_file, scenario_name_of
from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.scenario.errors import REQUEST_LIMITS

_NAMELESS = "inline"


@click.group(epilog="Example: mockapi worlds create mine --scenario vendor-samples")
def worlds() -> None:
    """List, make and delete the named worlds of a running server."""


@worlds.command("list")
@json_option
@of_a_server
def list_(server: "Server", *, as_json: bool) -> None:
    """List the named worlds; the first world, which has no name, is not listed."""
    told = server.ask("GET", "worlds")
    if as_json:
        print_json(told)
        return
    heads = ("name", "scenario", "seed", "edition", "now")
    print_table(heads, [tuple(str(each[head]) for head in heads) for each in told])


@worlds.command(epilog="Example: mockapi worlds create mine --scenario ./mine.yaml --seed 7")
@click.argument("name", required=False)
@click.option(
    "--scenario",
    metavar="VALUE",
    help="A scenario the server has, or a file here.",
    shell_complete=completers.scenarios,
)
@click.option("--seed", type=int, help="Seed of the world.")
@click.option(
    "--edition",
    metavar="VALUE",
    help="Edition to answer in.",
    shell_complete=completers.editions,
)
@click.option("--clock", metavar="VALUE", help="An instant to stand still at, or `system`.")
@json_option
@of_a_server
def create(
    server: "Server", *, name: str | None, scenario: str | None, as_json: bool, **wish: Any
) -> None:
    """Make a world NAME beside the others, in memory, and print its address.

    What is left out is as in the server's first world.
    """
    wish |= {"name": name, "scenario": scenario}
    if scenario is not None and is_scenario_file(scenario):
        wish |= {
            "scenario": None,
            "scenario_text": _text_of(scenario),
            "scenario_name": scenario_name_of(scenario) or _NAMELESS,
        }
    with _telling_of(scenario, wish.get("scenario_name")):
        told = server.ask("POST", "worlds", wish)
    if as_json:
        print_json(told)
    else:
        click.echo(server.url + told["path"])


@worlds.command()
@click.argument("name", shell_complete=complete_world)
@of_a_server
def delete(server: "Server", *, name: str) -> None:
    """Delete the world NAME with everything in it."""
    server.ask("DELETE", f"worlds/{quote(name, safe='')}")


@contextmanager
def _telling_of(file: str | None, called: str | None) -> Iterator[None]:
    """Name the *file* in mistakes, of which the server has but the text and what it is *called*."""
    try:
        yield
    except MockApiError as error:
        if file and called and error.detail.startswith(f"{called}:"):
            lines = error.detail.splitlines()
            raise Refusal("\n".join(file + each.removeprefix(called) for each in lines)) from error
        raise


def _text_of(file: str) -> str:
    try:
        return read_utf8(Path(file), REQUEST_LIMITS.characters)
    except UnreadableFileError as error:
        raise Refusal(f"--scenario: {file} {error}") from error
