"""The command `mockapi clock`."""

from typing import Any

import click

from mockapi.cli.command_errors import NumberInRange
from mockapi.cli.server_client import ControlApiClient, json_option, print_json, server_command


@click.group(
    epilog="Example: mockapi clock advance P1D",
)
def clock() -> None:
    """Show and set the clock of a running server; it only moves forward."""


@clock.command()
@json_option
@server_command
def show(client: ControlApiClient, *, as_json: bool) -> None:
    """Print the time of the world and the mode of its clock."""
    _print(client.request("GET", "clock"), as_json=as_json)


@clock.command(epilog="Example: mockapi clock freeze 2026-07-01T00:00:00Z")
@click.argument("instant", required=False)
@json_option
@server_command
def freeze(client: ControlApiClient, *, instant: str | None, as_json: bool) -> None:
    """Freeze the clock at INSTANT (RFC 3339), by default at the current time."""
    move: dict[str, Any] = {"rate": 0} if instant is None else {"freeze": instant}
    _print(client.request("PUT", "clock", move), as_json=as_json)


@clock.command(epilog="Example: mockapi clock advance P1DT2H")
@click.argument("duration")
@json_option
@server_command
def advance(client: ControlApiClient, *, duration: str, as_json: bool) -> None:
    """Advance the clock by DURATION (ISO 8601): PT15M, P1D, P1M."""
    _print(client.request("PUT", "clock", {"advance": duration}), as_json=as_json)


# To read -1 as a number, which the server rejects, and not as an option.
@clock.command(
    epilog="Example: mockapi clock rate 3600", context_settings={"ignore_unknown_options": True}
)
@click.argument("seconds", type=NumberInRange())
@json_option
@server_command
def rate(client: ControlApiClient, *, seconds: float, as_json: bool) -> None:
    """Run the clock at SECONDS per second: 1, 60, 86400."""
    _print(client.request("PUT", "clock", {"rate": seconds}), as_json=as_json)


@clock.command()
@json_option
@server_command
def follow(client: ControlApiClient, *, as_json: bool) -> None:
    """Follow the clock of the machine of the server."""
    _print(client.request("PUT", "clock", {"follow": "system"}), as_json=as_json)


def _print(view: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(view)
        return
    pace = f", {view['rate']:,} seconds per second" if view["mode"] == "running" else ""
    click.echo(f"{view['now']}  {view['mode']}{pace}")
