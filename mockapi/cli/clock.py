"""The command `mockapi clock`."""

from typing import Any

import click

from mockapi.cli.server_client import Server, json_option, of_a_server, print_json


@click.group(
    epilog="Example: mockapi clock advance P1D",
)
def clock() -> None:
    """Show and move the clock of a running server; it goes forward only."""


@clock.command()
@json_option
@of_a_server
def show(server: "Server", *, as_json: bool) -> None:
    """Tell the world's time and how it goes."""
    _tell(server.ask("GET", "clock"), as_json=as_json)


@clock.command(epilog="Example: mockapi clock freeze 2026-07-01T00:00:00Z")
@click.argument("instant", required=False)
@json_option
@of_a_server
def freeze(server: "Server", *, instant: str | None, as_json: bool) -> None:
    """Stand still at INSTANT, RFC 3339; now if unset."""
    move: dict[str, Any] = {"rate": 0} if instant is None else {"freeze": instant}
    _tell(server.ask("PUT", "clock", move), as_json=as_json)


@clock.command(epilog="Example: mockapi clock advance P1DT2H")
@click.argument("duration")
@json_option
@of_a_server
def advance(server: "Server", *, duration: str, as_json: bool) -> None:
    """Move on by DURATION, ISO 8601: PT15M, P1D, P1M."""
    _tell(server.ask("PUT", "clock", {"advance": duration}), as_json=as_json)


# A number below zero is no option: the server says what is wrong with it.
@clock.command(
    epilog="Example: mockapi clock rate 3600", context_settings={"ignore_unknown_options": True}
)
@click.argument("seconds", type=float)
@json_option
@of_a_server
def rate(server: "Server", *, seconds: float, as_json: bool) -> None:
    """Let SECONDS pass in a second from now on: 1, 60, 86400."""
    _tell(server.ask("PUT", "clock", {"rate": seconds}), as_json=as_json)


@clock.command()
@json_option
@of_a_server
def follow(server: "Server", *, as_json: bool) -> None:
    """Show what the clock of the server's machine shows."""
    _tell(server.ask("PUT", "clock", {"follow": "system"}), as_json=as_json)


def _tell(view: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(view)
        return
    pace = f", {view['rate']} seconds a second" if view["mode"] == "running" else ""
    click.echo(f"{view['now']}  {view['mode']}{pace}")
