"""The command `mockapi get`."""

import asyncio
import sys
from contextlib import closing
from http import HTTPStatus
from typing import Any

import click

from mockapi.api.operations import match_operation
from mockapi.api.products import PRODUCTS
from mockapi.cli import completers
from mockapi.cli.command_errors import FOUND, CliError
from mockapi.cli.options import open_app, settings_of
from mockapi.client.asgi_client import AsgiResponse, EndlessResponseError, fetch


@click.command(
    epilog="Example: mockapi get /ecostruxure/scoring/v1/sites --scenario vendor-samples",
)
@click.argument("path")
@click.option("--token", help="Bearer token; default: that of the first customer.")
@click.option("-i", "--include", is_flag=True, help="Also print status and headers.")
@click.option(
    "--scenario",
    metavar="VALUE",
    help="Scenario of the world.",
    shell_complete=completers.scenarios,
)
@click.option(
    "--edition", metavar="VALUE", help="Edition of the APIs.", shell_complete=completers.editions
)
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option(
    "--data", metavar="VALUE", help="Data file of the world.", shell_complete=completers.files
)
def get(path: str, token: str | None, include: bool, **options: Any) -> None:
    """Respond to one GET request in this process, without a server."""
    if not path.startswith("/"):
        raise CliError(f"PATH: {path!r} is not a path. Use /{path}.")
    app = open_app(settings_of(options))
    with closing(app.state.world) as world:
        if token is None:
            credentials = world.demo_credentials()
            if credentials is not None:
                is_user = path.startswith("/ecostruxure/user/")
                token = credentials.personal_token if is_user else credentials.access_token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            response = asyncio.run(fetch(app, path, headers))
        except EndlessResponseError as error:
            raise CliError(
                f"{path} is a stream of events, and nothing happens in this process. Use"
                " `mockapi journal --follow` with a server."
            ) from error
    if response.status == HTTPStatus.NOT_FOUND and _is_page(response):
        raise CliError(_unknown_path_message(path))
    if include:
        click.echo(f"HTTP/1.1 {response.status}")
        for name, value in response.headers:
            click.echo(f"{name}: {value}")
        click.echo()
    sys.stdout.flush()
    sys.stdout.buffer.write(response.body + b"\n")
    sys.stdout.buffer.flush()
    if not response.body and not include:
        location = dict(response.headers).get("location")
        redirect = f", redirects to {location}" if location else ""
        click.echo(f"HTTP {response.status}{redirect}", err=True)
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise SystemExit(FOUND)


def _is_page(response: AsgiResponse) -> bool:
    return dict(response.headers).get("content-type", "").startswith("text/html")


def _unknown_path_message(path: str) -> str:
    """Return the message for the unknown *path*, with the paths of the APIs that end alike."""
    route, mark, query = path.partition("?")
    bases = [product.bases[0] for product in PRODUCTS]
    below = route[route.rfind("/sites") :] if "/sites" in route else "/sites"
    known = [f"{base}{below}" for base in bases if match_operation("GET", f"{base}{below}")]
    if "/sites" in route and known:
        return f"{path} is not a path. Use {' or '.join(each + mark + query for each in known)}."
    return f"{path} is not a path. The APIs are below {' and '.join(bases)}. Try {bases[0]}/sites."
