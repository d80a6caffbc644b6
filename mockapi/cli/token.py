"""The command `mockapi token`."""

import click

from mockapi.cli.server_client import Server, json_option, of_a_server, print_json


@click.command(
    epilog='Example: curl -H "Authorization: Bearer $(mockapi token)" ...',
)
@click.option("--customer", metavar="ID|EMAIL", help="Whose; the first customer's if unset.")
@click.option("--client-id", metavar="ID", help="Through which client; the first if unset.")
@click.option("--scope", metavar="SCOPES", help="Separated by spaces; all if unset.")
@click.option("--expires-in", type=int, metavar="SECONDS", help="3599 if unset; 0 is expired.")
@json_option
@of_a_server
def token(
    server: "Server",
    *,
    customer: str | None,
    client_id: str | None,
    scope: str | None,
    expires_in: int | None,
    as_json: bool,
) -> None:
    """Mint an access token on a running server and print it alone."""
    wish = {
        "customer": customer,
        "client_id": client_id,
        "scope": scope,
        "expires_in": expires_in,
    }
    told = server.ask("POST", "tokens", wish)
    if as_json:
        print_json(told)
    else:
        click.echo(told["access_token"])
