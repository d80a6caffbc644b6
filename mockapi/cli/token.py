"""The command `mockapi token`."""

import click

from mockapi.cli.command_errors import WholeNumber
from mockapi.cli.server_client import ControlApiClient, json_option, print_json, server_command


@click.command(
    epilog='Example: curl -H "Authorization: Bearer $(mockapi token)" ...',
)
@click.option("--customer", metavar="ID|EMAIL", help="Customer; default: the first one.")
@click.option("--client-id", metavar="ID", help="Client; default: the first one.")
@click.option("--scope", metavar="SCOPES", help="Scopes, separated by spaces; default: all.")
@click.option(
    "--expires-in", type=WholeNumber(), metavar="SECONDS", help="Lifetime; default: 3599."
)
@json_option
@server_command
def token(
    client: ControlApiClient,
    *,
    customer: str | None,
    client_id: str | None,
    scope: str | None,
    expires_in: int | None,
    as_json: bool,
) -> None:
    """Create an access token on a running server and print only it."""
    body = {
        "customer": customer,
        "client_id": client_id,
        "scope": scope,
        "expires_in": expires_in,
    }
    response = client.request("POST", "tokens", body)
    if as_json:
        print_json(response)
    else:
        click.echo(response["access_token"])
