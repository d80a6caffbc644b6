"""The command `mockapi snapshots`."""

import click

from mockapi.cli.server_client import (
    ControlApiClient,
    complete_snapshot,
    json_option,
    print_json,
    print_table,
    server_command,
)


@click.group(epilog="Example: mockapi snapshots take configured")
def snapshots() -> None:
    """List, take, restore and remove snapshots of a running server."""


@snapshots.command("list")
@json_option
@server_command
def list_(client: ControlApiClient, *, as_json: bool) -> None:
    """List the snapshots, oldest first."""
    views = client.snapshots()
    if as_json:
        print_json(views)
        return
    rows = [(each["name"], each["at"], f"{each['size']:,}") for each in views]
    print_table(("name", "at", "bytes"), rows)


@snapshots.command()
@click.argument("name")
@server_command
def take(client: ControlApiClient, *, name: str) -> None:
    """Save the state of the world as the snapshot NAME. Replace a snapshot of that name."""
    client.snapshot(name)


@snapshots.command()
@click.argument("name", shell_complete=complete_snapshot)
@server_command
def restore(client: ControlApiClient, *, name: str) -> None:
    """Restore the snapshot NAME, including the clock."""
    client.restore(name)


@snapshots.command()
@click.argument("name", shell_complete=complete_snapshot)
@server_command
def remove(client: ControlApiClient, *, name: str) -> None:
    """Remove the snapshot NAME."""
    client.delete_snapshot(name)
