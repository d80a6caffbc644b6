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
from mockapi.cli.errors import Refusal, Unanswered
from mockapi.cli.options import open_app, settings_of
from mockapi.client.asgi_client import AsgiResponse, fetch


@click.command(
    epilog="Example: mockapi get /ecostruxure/scoring/v1/sites --scenario vendor-samples",
)
@click.argument("path")
@click.option("--token", help="Bearer token; the scenario's first customer's if unset.")
@click.option("-i", "--include", is_flag=True, help="Print status and headers too.")
@click.option(
    "--scenario", metavar="VALUE", help="Scenario to ask.", shell_complete=completers.scenarios
)
@click.option(
    "--edition", metavar="VALUE", help="Edition to answer in.", shell_complete=completers.editions
)
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option(
    "--data", metavar="VALUE", help="File that keeps the world.", shell_complete=completers.files
)
def get(path: str, token: str | None, include: bool, **options: Any) -> None:
    """Answer one GET request in this process, without a server."""
    if not path.startswith("/"):
        raise Refusal(f"PATH must begin with a slash: /{path}")
    app = open_app(settings_of(options))
    with closing(app.state.world) as world:
        if token is None:
            credentials = world.demo_credentials()
            if credentials is not None:
                is_user = path.startswith("/ecostruxure/user/")
                token = credentials.personal_token if is_user else credentials.access_token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = asyncio.run(fetch(app, path, headers))
    if answer.status == HTTPStatus.NOT_FOUND and _is_page(answer):
        raise Unanswered(_unknown(path))
    if include:
        click.echo(f"HTTP/1.1 {answer.status}")
        for name, value in answer.headers:
            click.echo(f"{name}: {value}")
        click.echo()
    sys.stdout.flush()
    sys.stdout.buffer.write(answer.body + b"\n")
    sys.stdout.buffer.flush()
    if not answer.body and not include:
        leads = dict(answer.headers).get("location")
        click.echo(f"HTTP {answer.status}" + (f", leads to {leads}" if leads else ""), err=True)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        sys.exit(1)


def _is_page(answer: "AsgiResponse") -> bool:
    return dict(answer.headers).get("content-type", "").startswith("text/html")


def _unknown(path: str) -> str:
    """Return a sentence that names the paths of the APIs that end as *path* does."""
    route, mark, query = path.partition("?")
    bases = [product.bases[0] for product in PRODUCTS]
    below = route[route.rfind("/sites") :] if "/sites" in route else "/sites"
    known = [f"{base}{below}" for base in bases if match_operation("GET", f"{base}{below}")]
    if "/sites" in route and known:
        return f"{path} is not a path. Use {' or '.join(each + mark + query for each in known)}."
    return f"{path} is not a path. The APIs are below {' and '.join(bases)}; try {bases[0]}/sites."
