"""The command `mockapi push`."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from math import isfinite

import click

from mockapi.cli import completers
from mockapi.cli.arguments import read_text, split_key_value
from mockapi.cli.command_errors import CliError
from mockapi.cli.server_client import ControlApiClient, server_command
from mockapi.client import MockApiError

_MOST_BYTES = 2_000_000
_COLUMNS = ["date", "value"]
_NUMBERED = re.compile(r"\b(?:readings|date)\.(\d+)(?:\.(?:date|value))?(?=: )")


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
        for each in readings:
            if "=" in each:
                raise CliError(
                    f"{each!r} has a value. Withdraw it by its date: {each[: each.index('=')]}."
                )
        with _places(readings):
            count = client.withdraw(key, readings, since=since, until=until)
        click.echo(f"{_readings(count)} withdrawn")
        return
    if since is not None or until is not None:
        raise CliError("--since and --until need --withdraw. Add it.")
    given = [_Reading(each, *split_key_value(each, "a reading", "DATE=VALUE")) for each in readings]
    given += [] if file is None else _rows(file)
    if not given:
        raise CliError("Readings are missing. Add DATE=VALUE or --file.")
    values: dict[str, float] = {}
    for reading in given:
        if reading.date in values:
            raise CliError(f"{reading.place}: {reading.date} is given twice. Remove one.")
        values[reading.date] = reading.number()
    with _places([reading.place for reading in given]):
        updated_at = client.push(key, values)
    click.echo(f"{_readings(len(values))} pushed, updated at {updated_at}")


@dataclass(frozen=True)
class _Reading:
    """A reading as it is given; *place* is its argument, or its file and line."""

    place: str
    date: str
    value: str

    def number(self) -> float:
        """Return the value. Raise `CliError` if it is not a finite number."""
        with suppress(ValueError):
            if isfinite(number := float(self.value)):
                return number
        raise CliError(f"{self.place}: {self.value!r} is not a number. Use one such as 41.5.")


@contextmanager
def _places(places: Sequence[str]) -> Iterator[None]:
    """Name readings by *places* in errors of the control API, which names them by number."""
    try:
        yield
    except MockApiError as error:
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        raise CliError(_NUMBERED.sub(lambda each: places[int(each[1])], error.detail)) from error


def _readings(count: int) -> str:
    return f"{count} reading{'' if count == 1 else 's'}"


def _rows(file: str) -> Iterator[_Reading]:
    """Yield the rows of *file*, without its heading. Raise `CliError` if there are none."""
    text = read_text("--file", file, _MOST_BYTES)
    count = 0
    reader = csv.reader(io.StringIO(text))
    for row in reader:
        cells = [each.strip() for each in row]
        place = f"{file}:{reader.line_num}"
        if not any(cells):
            continue
        count += 1
        is_heading = count == 1 and not any(each[:1].isdigit() for each in cells)
        if is_heading and [each.lower() for each in cells] != _COLUMNS:
            raise CliError(f"{place}: the heading is {','.join(cells)!r}. Use date,value.")
        if len(cells) != len(_COLUMNS):
            raise CliError(f"{place}: {','.join(row)!r} is not a reading. Use DATE,VALUE.")
        if not is_heading:
            yield _Reading(place, *cells)
    if not count or (count == 1 and is_heading):
        raise CliError(f"{file} has no readings. Add rows with date,value.")
