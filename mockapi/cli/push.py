"""The command `mockapi push`."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import isfinite

import click

from mockapi.cli import completers
from mockapi.cli.arguments import read_text, split_key_value
from mockapi.cli.command_errors import CliError
from mockapi.cli.server_client import ControlApiClient, server_command

_MOST_BYTES = 2_000_000
_COLUMNS = 2


@click.command(epilog="Example: mockapi push KEY 2026-06-01T08:00:00Z=41.5")
@click.argument("key")
@click.argument("readings", nargs=-1, metavar="[DATE=VALUE]...")
@click.option(
    "--file",
    metavar="FILE",
    help="CSV file with the columns date and value; - is the input.",
    shell_complete=completers.files,
)
@click.option("--withdraw", is_flag=True, help="Withdraw the readings at each DATE instead.")
@click.option("--since", metavar="INSTANT", help="Withdraw from this date on.")
@click.option("--until", metavar="INSTANT", help="Withdraw before this date.")
@server_command
def push(
    client: ControlApiClient,
    *,
    key: str,
    readings: Sequence[str],
    file: str | None,
    withdraw: bool,
    since: str | None,
    until: str | None,
) -> None:
    """Create or correct readings of the timeseries KEY, or withdraw readings.

    `mockapi sites show` lists the keys. Dates are RFC 3339 instants, values are in the unit of
    the measurement. Without DATE, --since and --until, --withdraw withdraws all readings. Either
    all readings are stored or none.
    """
    if withdraw:
        if file is not None:
            raise CliError("--withdraw cannot be combined with --file. Remove one.")
        count = client.withdraw(key, readings, since=since, until=until)
        click.echo(f"{_readings(count)} withdrawn")
        return
    if since is not None or until is not None:
        raise CliError("--since and --until need --withdraw. Add it.")
    pairs = [split_key_value(each, "a reading", "DATE=VALUE") for each in readings]
    pairs += [] if file is None else _rows(file)
    if not pairs:
        raise CliError("There is no reading. Add DATE=VALUE or --file.")
    values: dict[str, float] = {}
    for date, value in pairs:
        if date in values:
            raise CliError(f"{date} has two readings. Remove one.")
        values[date] = _number(date, value)
    updated_at = client.push(key, values)
    click.echo(f"{_readings(len(values))} pushed, updated at {updated_at}")


def _readings(count: int) -> str:
    return f"{count} reading{'' if count == 1 else 's'}"


def _number(date: str, text: str) -> float:
    with suppress(ValueError):
        if isfinite(value := float(text)):
            return value
    raise CliError(f"{date}: {text!r} is not a number. Use one such as 41.5.")


def _rows(file: str) -> Iterator[tuple[str, str]]:
    """Yield date and value of each row of *file*, without its heading."""
    text = read_text("--file", file, _MOST_BYTES)
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        if len(row) not in (0, _COLUMNS):
            raise CliError(
                f"{file}:{number}: the row has {len(row)} columns. Use two: date and value."
            )
        if row and [each.strip().lower() for each in row] != ["date", "value"]:
            yield row[0].strip(), row[1].strip()
