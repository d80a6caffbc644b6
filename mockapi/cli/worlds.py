"""The command `mockapi worlds`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote

import click

from mockapi.cli import completers
from mockapi.cli.arguments import read_text
from mockapi.cli.command_errors import CliError, WholeNumber
from mockapi.cli.env_file import remember, variable_place
from mockapi.cli.server_client import (
    ControlApiClient,
    check_world_name,
    complete_world,
    default_world_command,
    json_option,
    print_json,
    print_table,
    server_url_of,
)
from mockapi.client import MockApiError
from mockapi.client.transport import is_scenario_file, scenario_name_of
from mockapi.domain.urls import DEFAULT_WORLD, WORLD_PATH_PREFIX
from mockapi.environment import PREFIX, variable
from mockapi.scenario.errors import REQUEST_LIMITS

_INLINE = "inline"


@click.group(epilog="Example: mockapi worlds create mine --scenario vendor-samples")
def worlds() -> None:
    """List, create, use and delete the named worlds of a running server."""


@worlds.command("list")
@json_option
@default_world_command
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
@default_world_command
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
            "scenario_text": read_text("--scenario", scenario, REQUEST_LIMITS.characters),
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
@default_world_command
def delete(client: ControlApiClient, *, name: str) -> None:
    """Delete the world NAME and all of its data."""
    check_world_name(name, "NAME")
    client.request("DELETE", f"worlds/{quote(name, safe='')}")


@worlds.command(epilog="Example: mockapi worlds use mine")
@click.argument("name", required=False, shell_complete=complete_world)
@click.option("--default", is_flag=True, help="Use the default world again.")
@default_world_command
def use(client: ControlApiClient, *, name: str | None, default: bool) -> None:
    """Use the world NAME in the following commands, or print the world that they use.

    NAME is stored as MOCKAPI_WORLD in the file .env of the working directory, or in that of
    --env-file. --world, a world in the path of the URL, and the environment have priority.
    """
    if name is not None and default:
        raise CliError("NAME and --default exclude each other. Remove one.")
    ctx = click.get_current_context()
    in_url = unquote(server_url_of(ctx.params["url"]).partition(WORLD_PATH_PREFIX)[2])
    if name is None and not default:
        click.echo(in_url or variable("WORLD") or DEFAULT_WORLD)
        return
    if name is not None:
        check_world_name(name, "NAME")
        client.request("GET", f"worlds/{quote(name, safe='')}")
    path = remember(ctx, "WORLD", name)
    click.echo(f"Commands with {path} use the world {name or DEFAULT_WORLD}.")
    if in_url:
        place = "--url" if ctx.params["url"] else variable_place("URL")
        click.echo(
            f"But {place} has the world {in_url}, which has priority. "
            f"Remove {WORLD_PATH_PREFIX}{in_url} from it.",
            err=True,
        )
    if variable("WORLD") and variable_place("WORLD") == f"{PREFIX}WORLD":
        click.echo(
            f"But the environment sets {PREFIX}WORLD={variable('WORLD')}, which has priority. "
            f"Run `unset {PREFIX}WORLD`.",
            err=True,
        )


@contextmanager
def _file_in_errors(file: str | None, name: str | None) -> Iterator[None]:
    """Replace *name*, under which the server knows the scenario, by *file* in its errors."""
    try:
        yield
    except MockApiError as error:
        if file and name and error.detail.startswith(f"{name}:"):
            lines = error.detail.splitlines()
            raise CliError("\n".join(file + each.removeprefix(name) for each in lines)) from error
        raise
