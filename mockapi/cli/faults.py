"""The command `mockapi faults`."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.arguments import parse_key_values, with_quotes_advice
from mockapi.cli.command_errors import CliError
from mockapi.cli.server_client import (
    ControlApiClient,
    complete_active_fault,
    json_option,
    print_json,
    print_table,
    server_command,
)

_MAX_SETTINGS_WIDTH = 60


@click.group(epilog="Example: mockapi faults add status status=503 operation=listSites times=2")
def faults() -> None:
    """List, add and remove faults of a running server."""


@faults.command("list")
@json_option
@server_command
def list_(client: ControlApiClient, *, as_json: bool) -> None:
    """List the active faults with the numbers of matching requests and applications."""
    _print(client.request("GET", "faults"), as_json=as_json)


@faults.command()
@json_option
@server_command
def kinds(client: ControlApiClient, *, as_json: bool) -> None:
    """List the kinds of faults; --json also lists their settings."""
    views = client.request("GET", "faults/kinds")
    if as_json:
        print_json(views)
    else:
        rows = [
            (each["kind"], each["stage"], each["description"].partition(". ")[0]) for each in views
        ]
        print_table(("kind", "stage", "description"), rows)


@faults.command()
@json_option
@server_command
def presets(client: ControlApiClient, *, as_json: bool) -> None:
    """List the presets, each a combination of faults."""
    views = client.request("GET", "faults/presets")
    if as_json:
        print_json(views)
    else:
        print_table(
            ("preset", "kinds", "description"),
            [
                (each["name"], ", ".join(_kinds(each["faults"])), each["description"])
                for each in views
            ],
        )


@faults.command(epilog="Example: mockapi faults add latency seconds=0.5 path='**/sites' per=client")
@click.argument("kind", shell_complete=completers.fault_kinds)
@click.argument(
    "settings", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=completers.fault_settings
)
@click.option("--preset", is_flag=True, help="KIND is the name of a preset.")
@json_option
@server_command
def add(
    client: ControlApiClient, *, kind: str, settings: Sequence[str], preset: bool, as_json: bool
) -> None:
    """Add a fault of KIND and print its id.

    The settings are those of the kind, of `match` and of `when`. A value is JSON, or else text.
    """
    given = parse_key_values(settings)
    if "kind" in given:
        raise CliError("'kind' is not a setting. KIND is the first argument.")
    if preset:
        if given:
            raise CliError("A preset has no settings. Remove them.")
        views = client.request("POST", f"faults/presets/{quote(kind, safe='')}")
    else:
        with with_quotes_advice():
            views = [client.add_fault(kind, given)]
    if as_json:
        print_json(views if preset else views[0])
    else:
        for each in views:
            click.echo(each["id"])


@faults.command()
@click.argument("fault_id", metavar="ID", shell_complete=complete_active_fault)
@json_option
@server_command
def remove(client: ControlApiClient, *, fault_id: str, as_json: bool) -> None:
    """Remove the fault ID and print its last counts."""
    _print([client.request("DELETE", f"faults/{quote(fault_id, safe='')}")], as_json=as_json)


@faults.command()
@server_command
def clear(client: ControlApiClient) -> None:
    """Remove all faults, also those of the scenario."""
    client.clear_faults()


def _print(views: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(views)
        return
    rows = []
    for each in views:
        settings = " ".join(
            f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for name, value in _as_arguments(each["fault"]).items()
        )
        shown = (
            settings
            if len(settings) <= _MAX_SETTINGS_WIDTH
            else f"{settings[: _MAX_SETTINGS_WIDTH - 3]}..."
        )
        counts = (str(each["matched"]), str(each["hits"]))
        rows.append((each["id"], each["fault"]["kind"], each["source"], *counts, shown))
    print_table(("id", "kind", "source", "matched", "hits", "settings"), rows)


def _as_arguments(fault: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of *fault* as arguments of `faults add`."""
    own = {name: value for name, value in fault.items() if name not in ("kind", "match", "when")}
    return {**own, **fault.get("match", {}), **fault.get("when", {})}


def _kinds(given: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(each["kind"] for each in given))
