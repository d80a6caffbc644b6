"""The command `mockapi reset`."""

import click

from mockapi.cli.server_client import ControlApiClient, server_command


@click.command(epilog="Example: mockapi reset --reload")
@click.option("--reload", is_flag=True, help="Read the scenario file again.")
@server_command
def reset(client: ControlApiClient, *, reload: bool) -> None:
    """Reset a world of a running server to its initial state.

    This removes requests, tokens and faults that were added, and sets the clock back. Snapshots
    stay.
    """
    client.reset(reload=reload)
