"""The command `mockapi get`."""

import sys
from contextlib import closing
from http import HTTPStatus
from typing import Any

import click

from mockapi.cli.options import open_app, settings_of
from mockapi.cli.refusals import Refusal


@click.command(
    short_help="Answer one GET request without a server.",
    epilog="Example: mockapi get /ecostruxure/scoring/v1/sites --scenario vendor-samples",
)
@click.argument("path")
@click.option("--token", help="Bearer token; the scenario's first customer's if unset.")
@click.option("-i", "--include", is_flag=True, help="Print status and headers too.")
@click.option("--scenario", default=None, metavar="VALUE", help="Scenario to ask.")
@click.option("--edition", default=None, metavar="VALUE", help="Edition to answer in.")
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--data", default=None, metavar="VALUE", help="File that keeps the world.")
def get(path: str, token: str | None, include: bool, **options: Any) -> None:
    """Answer one GET request in this process, without a server."""
    import asyncio

    from mockapi.inprocess import fetch

    if not path.startswith("/"):
        raise Refusal(f"PATH must begin with a slash: /{path}")
    app = open_app(settings_of(options))
    with closing(app.state.world) as world:
        if token is None:
            credentials = world.ready_credentials()
            if credentials is not None:
                is_user = path.startswith("/ecostruxure/user/")
                token = credentials.personal_token if is_user else credentials.access_token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = asyncio.run(fetch(app, path, headers))
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
