"""The command `mockapi sites`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockapi.cli.arguments import parse_key_values, with_quotes_advice
from mockapi.cli.completers import starting_with
from mockapi.cli.server_client import (
    ControlApiClient,
    complete_site,
    json_option,
    print_json,
    print_table,
    server_command,
)
from mockapi.client.scenario_keys import SiteKeys, SiteUpdateKeys
from mockapi.domain.text_matching import printable


def _complete_key(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    kind = SiteKeys if ctx.command.name == "add" else SiteUpdateKeys
    return starting_with((f"{name}=" for name in sorted(kind.__annotations__)), incomplete)


@click.group(epilog="Example: mockapi sites add building=office city=Lyon registered=true")
def sites() -> None:
    """List, show, add, change and remove the sites of a running server."""


@sites.command("list")
@json_option
@server_command
def list_(client: ControlApiClient, *, as_json: bool) -> None:
    """List the sites of all customers."""
    views = client.sites()
    if as_json:
        print_json(views)
        return
    heads = ("id", "name", "building", "city", "m2", "customer", "registered")
    print_table(heads, [_row(each) for each in views])


@sites.command()
@click.argument("site", metavar="ID", shell_complete=complete_site)
@json_option
@server_command
def show(client: ControlApiClient, *, site: str, as_json: bool) -> None:
    """Show the site ID with the keys of its timeseries."""
    view = client.site(site)
    if as_json:
        print_json(view)
        return
    for name, value in view.items():
        if value is not None and not isinstance(value, list):
            click.echo(f"{click.style(name.ljust(27), fg='cyan')}  {printable(str(value))}")
    click.echo()
    heads = ("meter", "usage", "interval", "measurement", "unit", "key")
    print_table(
        heads,
        [
            (
                each["name"],
                each["usage"],
                each["interval"],
                one["name"],
                one["unit"] or "-",
                one["key"],
            )
            for each in view["meters"]
            for one in each["measurements"]
        ],
    )


@sites.command(epilog="Example: mockapi sites add building=office city=Lyon area=12000")
@click.argument(
    "values", nargs=-1, required=True, metavar="KEY=VALUE...", shell_complete=_complete_key
)
@json_option
@server_command
def add(client: ControlApiClient, *, values: Sequence[str], as_json: bool) -> None:
    """Add a site and print its id.

    The keys are those of a site in a scenario, and `customer`. A value is JSON, or else text;
    quote text that is a number: zip_code='"69001"'.
    """
    with with_quotes_advice():
        body = client.request("POST", "sites", parse_key_values(values, "a value"), whole=True)
    print_json(body) if as_json else click.echo(body["id"])


@sites.command(epilog="Example: mockapi sites update ID area=9000")
@click.argument("site", metavar="ID", shell_complete=complete_site)
@click.argument(
    "values", nargs=-1, required=True, metavar="KEY=VALUE...", shell_complete=_complete_key
)
@json_option
@server_command
def update(client: ControlApiClient, *, site: str, values: Sequence[str], as_json: bool) -> None:
    """Change values of the site ID; null removes a value."""
    with with_quotes_advice():
        body = client.update_site(site, **parse_key_values(values, "a value"))
    if as_json:
        print_json(body)


@sites.command()
@click.argument("site", metavar="ID", shell_complete=complete_site)
@server_command
def remove(client: ControlApiClient, *, site: str) -> None:
    """Remove the site ID with its meters, readings and scores."""
    client.remove_site(site)


def _row(site: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        site["id"],
        site["name"] or "-",
        site["building"] or site["type"],
        " ".join(filter(None, (site["city"], site["country_iso_code"]))) or "-",
        f"{site['gross_area'] or 0:,}",
        site["customer"],
        site["registered_at"] or "no",
    )
