"""The command `mockapi doctor`."""

import os
import sys
from dataclasses import asdict

import click

from mockapi.cli.diagnostics import findings
from mockapi.cli.options import settings_of
from mockapi.cli.server_client import demand_address, json_option, print_json

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(
    epilog="Example: MOCKAPI_DATA=/data/world.db mockapi doctor",
)
@click.option(
    "--url",
    metavar="URL",
    envvar="MOCKAPI_URL",
    help="Server that is looked at; by MOCKAPI_HOST and MOCKAPI_PORT if unset. [env: MOCKAPI_URL]",
)
@json_option
def doctor(*, url: str | None, as_json: bool) -> None:
    """Find out what keeps a server from serving, and what to do about it.

    Looks at the environment that `serve` would start in, and at a server that runs. The exit
    code is 1 where something must be mended, 2 where a setting is wrong.
    """
    url = (url or "").strip()
    if url:
        demand_address(url)
    found = list(findings(settings_of({}), url or None, os.environ))
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        for each in found:
            state = click.style(each.state.ljust(4), fg=_COLOURS[each.state])
            remedy = f". {each.remedy}" if each.remedy else ""
            click.echo(f"{state}  {each.check}: {each.detail}{remedy}")
    if any(each.state == "fail" for each in found):
        sys.exit(1)
