"""The command `mockapi verify`."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import click

from mockapi.cli import completers
from mockapi.cli.arguments import read_text, split_key_value
from mockapi.cli.command_errors import FOUND, CliError, FindingError, WholeNumber
from mockapi.cli.request_filters import request_filter_options
from mockapi.cli.server_client import (
    ControlApiClient,
    json_option,
    print_json,
    server_command,
)
from mockapi.client import MockApiError
from mockapi.domain.text_matching import printable

_MOST_LISTED = 20
_MOST_BYTES = 1_000_000


@click.command(epilog="Example: mockapi verify --operation createScoringRequest --times 1")
@request_filter_options
@click.option(
    "--query",
    multiple=True,
    metavar="NAME=VALUE",
    help="Query parameter; * is any text. May be repeated.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    help="Header; * is any text. May be repeated.",
)
@click.option("--body", metavar="JSON", help="JSON that the body contains.")
@click.option("--times", type=WholeNumber(), metavar="COUNT", help="Exact number of requests.")
@click.option("--at-least", type=WholeNumber(), metavar="COUNT", help="Minimum; default: 1.")
@click.option("--at-most", type=WholeNumber(), metavar="COUNT", help="Maximum.")
@click.option(
    "--file",
    metavar="FILE",
    help="JSON file with the body of POST /__admin/journal/verify; - is the input.",
    shell_complete=completers.files,
)
@json_option
@server_command
def verify(
    client: ControlApiClient,
    *,
    client_id: str | None,
    query: Sequence[str],
    headers: Sequence[str],
    body: str | None,
    file: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Verify that requests were made, and print their numbers.

    Without --times, --at-least and --at-most, at least one request must match.
    Otherwise the message lists the nearest requests.
    """
    expected = {name: each for name, each in given.items() if each is not None}
    expected |= {"client": client_id} if client_id else {}
    for name, option, pairs in (("query", "--query", query), ("headers", "--header", headers)):
        if pairs:
            expected[name] = _values(pairs, option)
    if body is not None:
        expected["body"] = _json(body, "--body")
    if file is not None:
        if expected:
            raise CliError("--file has the whole expectation. Remove the other options.")
        expected = _expectation(file)
    try:
        found = client.request("POST", "journal/verify", expected, whole=True)
    except MockApiError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        if not as_json:
            raise FindingError("\n".join(map(printable, error.detail.splitlines()))) from error
        print_json(error.problem)
        raise SystemExit(FOUND) from None
    if as_json:
        print_json(found)
    else:
        click.echo(_sentence(found["matched"]))


def _values(pairs: Sequence[str], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in pairs:
        name, value = split_key_value(each, f"a value of {option}", "NAME=VALUE")
        if name in found:
            raise CliError(f"{option}: {name!r} is given twice. Remove one.")
        found[name] = value
    return found


def _sentence(matched: Sequence[int]) -> str:
    count = len(matched)
    if not count:
        return "As expected, no request matches."
    shown = ", ".join(map(str, matched[:_MOST_LISTED]))
    more = f" and {count - _MOST_LISTED} more" if count > _MOST_LISTED else ""
    return f"As expected, {count} request{'s match' if count > 1 else ' matches'}: {shown}{more}"


def _expectation(file: str) -> dict[str, Any]:
    text = read_text("--file", file, _MOST_BYTES)
    found = _json(text, f"--file: {file}")
    if not isinstance(found, dict):
        raise CliError(f"--file: {file} is not a JSON object.")
    return found


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f": {error}" if isinstance(error, json.JSONDecodeError) else ""
        raise CliError(f"{place}: the text is not JSON{reason}. Correct it.") from error
