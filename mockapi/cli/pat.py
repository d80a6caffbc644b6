"""The command `mockapi pat`."""

import click

from mockapi.cli.server_client import Server, json_option, of_a_server, print_json


@click.command(
    epilog="Example: mockapi pat --customer grace@example.com --scope read:site",
)
@click.option("--customer", metavar="ID|EMAIL", help="Whose; the first customer's if unset.")
@click.option("--name", metavar="NAME", help="What it is called in the portal.")
@click.option("--scope", metavar="SCOPES", help="Separated by spaces; all if unset.")
@click.option("--expires-at", metavar="INSTANT", help="RFC 3339; in 90 days if unset.")
@json_option
@of_a_server
def pat(
    server: "Server",
    *,
    customer: str | None,
    name: str | None,
    scope: str | None,
    expires_at: str | None,
    as_json: bool,
) -> None:
    """Mint a personal access token on a running server and print it alone."""
    wish = {"customer": customer, "name": name, "scope": scope, "expires_at": expires_at}
    told = server.ask("POST", "pats", wish)
    if as_json:
        print_json(told)
    else:
        click.echo(told["token"])
