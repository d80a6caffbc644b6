"""The command `mockapi doctor`."""

import os
from dataclasses import asdict

import click

from mockapi.cli.command_errors import FOUND
from mockapi.cli.diagnostics import run_checks
from mockapi.cli.options import settings_of
from mockapi.cli.server_client import json_option, print_json, url_of

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(
    epilog="Example: MOCKAPI_DATA=/data/world.db mockapi doctor",
)
@click.option(
    "--url",
    metavar="URL",
    help="Server to check; default: MOCKAPI_HOST and MOCKAPI_PORT. [env: MOCKAPI_URL]",
)
@json_option
def doctor(*, url: str | None, as_json: bool) -> None:
    """Find problems of the environment and of a running server.

    Checks the environment in which `serve` would start, and a running server.
    """
    found = list(run_checks(settings_of({}), url_of(url), os.environ))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        for each in found:
            state = click.style(each.state.ljust(4), fg=_COLOURS[each.state])
            remedy = f". {each.remedy}" if each.remedy else ""
            click.echo(f"{state}  {each.check}: {each.detail}{remedy}")
    if any(each.state == "fail" for each in found):
        raise SystemExit(FOUND)
