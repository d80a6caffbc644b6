"""Arguments of commands: `KEY=VALUE`, and files with text."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from mockapi.cli.command_errors import CliError
from mockapi.client import MockApiError
from mockapi.domain.input_text import (
    UnreadableFileError,
    is_json_start,
    json_error_message,
    read_utf8,
)
from mockapi.domain.text_matching import as_sentence
from mockapi.domain.validation import NOT_TEXT


def parse_key_values(texts: Sequence[str], what: str = "a setting") -> dict[str, Any]:
    """Return the values by key. A value is JSON, or else text.

    Raise `CliError`, in which the pairs are *what*, for a text without key, for a key that is
    given twice, and for a list, an object or a text in quotes that is not JSON.
    """
    found: dict[str, Any] = {}
    for each in texts:
        name, value = split_key_value(each, what)
        if name in found:
            raise CliError(f"{name} is given twice. Remove one.")
        try:
            found[name] = json.loads(value)
        except JSONDecodeError as error:
            if is_json_start(value):
                raise CliError(f"{name}: {json_error_message(value, error)}") from error
            found[name] = value
        except (ValueError, RecursionError):
            found[name] = value
    return found


@contextmanager
def with_quotes_advice() -> Iterator[None]:
    """Add the advice to quote text to errors of values that `parse_key_values` returned."""
    try:
        yield
    except MockApiError as error:
        codes = [each["code"] for each in error.problem.get("invalid-params", ())]
        if NOT_TEXT not in codes:
            raise
        detail = as_sentence(error.detail)
        raise CliError(f"{detail} In a shell: KEY='\"5\"'.") from error


def split_key_value(text: str, what: str, form: str = "KEY=VALUE") -> tuple[str, str]:
    """Return key and value of *text*. Raise `CliError` if it does not have the *form*."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CliError(f"{text!r} is not {what}. Use {form}.")
    return name, value


def read_text(option: str, file: str, most_bytes: int) -> str:
    """Return the text of *file*, or of the standard input for `-`.

    Raise `CliError`, which names *option* and *file*, if it cannot be read or is too large.
    """
    try:
        return read_utf8(Path(file), most_bytes, sys.stdin.buffer if file == "-" else None)
    except UnreadableFileError as error:
        raise CliError(f"{option}: {file} {error}") from error
