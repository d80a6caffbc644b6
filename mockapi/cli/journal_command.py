"""The command `mockapi journal`."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import click

from mockapi.cli.command_errors import CliError, WholeNumber
from mockapi.cli.request_filters import request_filter_options
from mockapi.cli.server_client import (
    ControlApiClient,
    json_option,
    print_json,
    server_command,
)
from mockapi.client.transport import with_query
from mockapi.domain.text_matching import printable

_COLUMNS = "{:>6}  {:<24}  {:>6}  {:>8}  {}"


@click.command(epilog="Example: mockapi journal --follow --status 4xx")
@click.argument("number", type=WholeNumber(), required=False)
@click.option("-f", "--follow", is_flag=True, help="Also print each new request, until Ctrl-C.")
@click.option(
    "--limit", type=WholeNumber(), metavar="COUNT", help="Maximum number of requests; default: 100."
)
@click.option("--har", is_flag=True, help="Print the requests in full as HAR 1.2.")
@click.option("--clear", is_flag=True, help="Delete all requests, and print nothing.")
@request_filter_options
@json_option
@server_command
def journal(
    client: ControlApiClient,
    *,
    number: int | None,
    follow: bool,
    limit: int | None,
    har: bool,
    clear: bool,
    as_json: bool,
    client_id: str | None,
    **filters: Any,
) -> None:
    """Print the newest requests of the journal, or one request in full.

    NUMBER is that of the request. With --follow, --json prints one line per request.
    """
    filters = {name: each for name, each in filters.items() if each is not None}
    filters |= {"client": client_id} if client_id else {}
    modes = [number is not None, follow, har, clear]
    if sum(modes) > 1:
        raise CliError("NUMBER, --follow, --har and --clear exclude each other. Remove one.")
    if (number is not None or clear) and (filters or limit is not None):
        raise CliError("NUMBER and --clear cannot be combined with filters. Remove them.")
    if har and limit is not None:
        raise CliError("--har cannot be combined with --limit. Use --since instead.")
    if clear:
        client.clear_journal()
    elif number is not None:
        entry = client.journal_entry(number)
        print_json(entry) if as_json else _print_entry(entry)
    elif har:
        print_json(client.har(**filters))
    else:
        _print_list(client, filters, limit, follow=follow, as_json=as_json)


def _print_list(
    client: ControlApiClient,
    filters: dict[str, Any],
    limit: int | None,
    *,
    follow: bool,
    as_json: bool,
) -> None:
    found = client.request("GET", with_query("journal", {**filters, "limit": limit}))
    if as_json and not follow:
        print_json(found)
        return
    if not as_json:
        # click removes colours from pipes.
        head = _COLUMNS.format("number", "at", "status", "ms", "request")
        click.echo(click.style(head, fg="cyan"))
    for each in found["entries"]:
        _print_summary(each, as_json=as_json)
    if not follow:
        return
    with suppress(KeyboardInterrupt):
        with client.tail(**{**filters, "since": found["newest"]}) as entries:
            for each in entries:
                _print_summary(each, as_json=as_json)
        raise CliError(f"{client.url} ended the stream. Start the command again.")


def _print_summary(entry: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(entry, ensure_ascii=False))
        return
    notes = [entry["error"], *(f"{each['kind']} {each['id']}" for each in entry["faults"])]
    shown = ", ".join(filter(None, notes))
    row = (
        entry["number"],
        entry["at"],
        entry["status"] or "none",
        f"{entry['duration_ms']:.1f}",
        f"{entry['method']} {_target(entry)}{f'  ({shown})' if shown else ''}",
    )
    click.echo(printable(_COLUMNS.format(*row)))


def _target(entry: Mapping[str, Any]) -> str:
    query = urlencode([tuple(each) for each in entry["query"]], safe="[]:,/*")
    return f"{entry['path']}{'?' if query else ''}{query}"


_FACTS = ("operation", "world", "client", "customer", "site", "scope", "error")


def _print_entry(entry: Mapping[str, Any]) -> None:
    """Print the request and the response as messages, after what mockapi knows of them."""
    facts = {
        "request": f"{entry['number']} at {entry['at']}, {entry['duration_ms']:.1f} ms",
        **{name: entry[name] for name in _FACTS},
        "faults": ", ".join(f"{each['kind']} {each['id']}" for each in entry["faults"]),
        "ignored": ", ".join((*entry["ignored_parameters"], *entry["unknown_members"])),
    }
    for name, value in facts.items():
        if value:
            click.echo(f"{click.style(name.ljust(9), fg='cyan')}  {printable(str(value))}")
    _print_message(
        f"{entry['method']} {_target(entry)}", entry["request_headers"], entry["request_body"]
    )
    status = entry["status"]
    line = "No response" if status is None else f"HTTP {status}"
    _print_message(line, entry["response_headers"], entry["response_body"])


def _print_message(line: str, headers: list[list[str]], body: Mapping[str, Any]) -> None:
    click.echo(f"\n{click.style(printable(line), bold=True)}")
    for name, value in headers:
        click.echo(printable(f"{name}: {value}"))
    for each in (body["text"], body["note"] and f"({body['note']})"):
        if each:
            click.echo("\n" + "\n".join(map(printable, each.splitlines())))
