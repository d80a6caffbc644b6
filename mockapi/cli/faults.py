"""The command `mockapi faults`."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.errors import Refusal
from mockapi.cli.server_client import (
    Server,
    complete_active_fault,
    json_option,
    of_a_server,
    print_json,
    print_table,
)

_LONGEST = 60


@click.group(epilog="Example: mockapi faults add status status=503 operation=listSites times=2")
def faults() -> None:
    """List, add and remove faults of a running server."""


@faults.command("list")
@json_option
@of_a_server
def list_(server: "Server", *, as_json: bool) -> None:
    """List the faults that are on, with the requests they were for and those they struck."""
    _tell(server.ask("GET", "faults"), as_json=as_json)


@faults.command()
@json_option
@of_a_server
def kinds(server: "Server", *, as_json: bool) -> None:
    """List the kinds of faults; --json tells their settings."""
    told = server.ask("GET", "faults/kinds")
    if as_json:
        print_json(told)
    else:
        rows = [
            (each["kind"], each["stage"], each["description"].partition(". ")[0]) for each in told
        ]
        print_table(("kind", "stage", "description"), rows)


@faults.command()
@json_option
@of_a_server
def presets(server: "Server", *, as_json: bool) -> None:
    """List the presets: situations of several faults."""
    told = server.ask("GET", "faults/presets")
    if as_json:
        print_json(told)
    else:
        print_table(
            ("preset", "kinds", "description"),
            [
                (each["name"], ", ".join(_kinds(each["faults"])), each["description"])
                for each in told
            ],
        )


@faults.command(epilog="Example: mockapi faults add latency seconds=0.5 path='**/sites' per=client")
@click.argument("kind", shell_complete=completers.fault_kinds)
@click.argument(
    "settings", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=completers.fault_settings
)
@click.option("--preset", is_flag=True, help="KIND is the name of a preset.")
@json_option
@of_a_server
def add(
    server: "Server", *, kind: str, settings: Sequence[str], preset: bool, as_json: bool
) -> None:
    """Add a fault of KIND and print its id.

    Settings are the kind's own, mixed with those of `match` and of `when`; a value is JSON, or
    else text.
    """
    stated = dict(map(_setting, settings))
    if "kind" in stated:
        raise Refusal("'kind' is not a setting. KIND is the first argument.")
    if len(stated) < len(settings):
        raise Refusal("A setting is given twice. Remove one.")
    if preset:
        if stated:
            raise Refusal("A preset has no settings; leave them out.")
        told = server.ask("POST", f"faults/presets/{quote(kind, safe='')}")
    else:
        told = [server.add_fault(kind, stated)]
    if as_json:
        print_json(told if preset else told[0])
    else:
        for each in told:
            click.echo(each["id"])


@faults.command()
@click.argument("fault_id", metavar="ID", shell_complete=complete_active_fault)
@json_option
@of_a_server
def remove(server: "Server", *, fault_id: str, as_json: bool) -> None:
    """Remove the fault ID and print its last counts."""
    _tell([server.ask("DELETE", f"faults/{quote(fault_id, safe='')}")], as_json=as_json)


@faults.command()
@of_a_server
def clear(server: "Server") -> None:
    """Remove all faults, also those of the scenario."""
    server.clear_faults()


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Refusal(f"{text!r} is no setting; write KEY=VALUE.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _tell(told: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    rows = []
    for each in told:
        settings = " ".join(
            f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for name, value in _as_typed(each["fault"]).items()
        )
        shown = settings if len(settings) <= _LONGEST else f"{settings[: _LONGEST - 3]}..."
        counts = (str(each["matched"]), str(each["hits"]))
        rows.append((each["id"], each["fault"]["kind"], each["source"], *counts, shown))
    print_table(("id", "kind", "source", "matched", "hits", "settings"), rows)


def _as_typed(fault: dict[str, Any]) -> dict[str, Any]:
    """Return the settings as `faults on` takes them."""
    own = {name: value for name, value in fault.items() if name not in ("kind", "match", "when")}
    return {**own, **fault.get("match", {}), **fault.get("when", {})}


def _kinds(stated: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(each["kind"] for each in stated))
