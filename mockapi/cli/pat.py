"""The command `mockapi pat`."""

import click

from mockapi.cli.server_client import ControlApiClient, json_option, print_json, server_command


@click.command(
    epilog="Example: mockapi pat --customer grace@example.com --scope read:site",
)
@click.option("--customer", metavar="ID|EMAIL", help="Customer; default: the first one.")
@click.option("--name", metavar="NAME", help="Name in the portal.")
@click.option("--scope", metavar="SCOPES", help="Scopes, separated by spaces; default: all.")
@click.option("--expires-at", metavar="INSTANT", help="Expiry (RFC 3339); default: in 90 days.")
@json_option
@server_command
def pat(
    client: ControlApiClient,
    *,
    customer: str | None,
    name: str | None,
    scope: str | None,
    expires_at: str | None,
    as_json: bool,
) -> None:
    """Create a personal access token on a running server and print only it."""
    body = {"customer": customer, "name": name, "scope": scope, "expires_at": expires_at}
    token = client.request("POST", "pats", body)
    if as_json:
        print_json(token)
    else:
        click.echo(token["token"])
