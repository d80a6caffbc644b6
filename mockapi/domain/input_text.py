"""Parsing of JSON from clients: strict, and bounded in depth, size and numbers."""

import codecs
import json
import math
import re
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO

from mockapi.domain.text_matching import shortened

_SIGNS = (
    (b"\x1f\x8b", "is compressed by gzip. Decompress it with `gunzip`."),
    (b"PK\x03\x04", "is a ZIP archive. Extract the file from it."),
    (codecs.BOM_UTF16_LE, "is UTF-16. Save it as UTF-8."),
    (codecs.BOM_UTF16_BE, "is UTF-16. Save it as UTF-8."),
)


class UnreadableFileError(Exception):
    """A file cannot be read as text; the message says why and what to do, without the name."""


def read_bytes(path: Path, most_bytes: int, opened: BinaryIO | None = None) -> bytes:
    """Return the content of *path*, or the rest of the *opened* file.

    Raise `UnreadableFileError` for a file that is missing or larger than *most_bytes*.
    """
    try:
        with path.open("rb") if opened is None else nullcontext(opened) as file:
            content = file.read(most_bytes + 1)
    except PermissionError as error:
        raise UnreadableFileError("cannot be read by this user. Run `chmod a+r` on it") from error
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from error
    if len(content) > most_bytes:
        raise UnreadableFileError(f"is larger than {most_bytes} bytes. Shorten it.")
    return content


def read_utf8(path: Path, most_bytes: int, opened: BinaryIO | None = None) -> str:
    """Return the text of *path*, or of the *opened* file, without a byte order mark.

    Raise `UnreadableFileError` for a file that is missing, larger than *most_bytes*, or not UTF-8.
    """
    content = read_bytes(path, most_bytes, opened)
    for start, message in _SIGNS:
        if content.startswith(start):
            raise UnreadableFileError(message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"is not UTF-8 from byte {error.start} on; save it as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


MOST_DEPTH = 100
MOST_VALUES = 100_000
"""Maximum number of values in one text. A push of 25,000 readings has 75,000."""

# Possessive: each byte is read once.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


class JsonBoundsError(ValueError):
    """JSON is outside the bounds; *place* is the path of names and indexes to the value.

    It ends before the first name that is not valid Unicode, which a message could not contain.
    """

    def __init__(self, reason: str, place: Sequence[str | int] = ()) -> None:
        super().__init__(reason)
        self.place = tuple(
            takewhile(lambda step: isinstance(step, int) or _is_unicode(step), place)
        )


def parse(text: str | bytes) -> Any:
    """Return the value of the JSON *text*.

    Raise `json.JSONDecodeError` or `UnicodeDecodeError` if it is malformed, and `JsonBoundsError`
    if it is outside the bounds: nested too deep, too many values, an integer beyond 64 bits, a
    number that JSON does not have, or text that UTF-8 cannot encode.
    """
    value, refused = parse_structure(text)
    if refused is not None:
        raise refused
    return value


def is_json_start(text: str) -> bool:
    """Return True if *text*, a value that is JSON or else text, begins as only JSON does."""
    return text.lstrip()[:1] in ("{", "[", '"')


def json_error_message(text: str, error: json.JSONDecodeError) -> str:
    """Return the message for *text* that begins as JSON and has the *error*."""
    place = f"{error.msg} at character {error.pos + 1}"
    return f"{shortened(text)!r} is not JSON: {place}. Correct it, or put text in double quotes."


def parse_structure(text: str | bytes) -> tuple[Any, JsonBoundsError | None]:
    """Return the value of the JSON *text*, and an error for the first scalar out of bounds.

    For callers with a better message for that scalar. Raise as `parse` for other errors.
    """
    # Checked before parsing, because hundreds of thousands of objects take long to create.
    if _opening_brackets(text) > MOST_VALUES:
        raise JsonBoundsError(f"holds more than {MOST_VALUES:,} values")
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise JsonBoundsError(f"is nested deeper than {MOST_DEPTH} levels") from error
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError as error:
        # Python does not parse integers of more than 4,300 digits.
        raise JsonBoundsError("holds an integer beyond 64 bits") from error
    return value, _check(value)


def _opening_brackets(text: str | bytes) -> int:
    """Return the number of lists and objects in *text*; exact only above the bound."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    count = _count_brackets(content)
    return count if count <= MOST_VALUES else _count_brackets(_STRING.sub(b"", content))


def _count_brackets(content: bytes) -> int:
    return content.count(b"{") + content.count(b"[")


def _check(tree: Any) -> JsonBoundsError | None:
    # In a list, so that a scalar is checked like any other.
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), [tree])]
    count = 0
    refused: JsonBoundsError | None = None
    while waiting:
        place, node = waiting.pop()
        count += len(node)
        if count > MOST_VALUES:
            raise JsonBoundsError(f"holds more than {MOST_VALUES:,} values")
        for name, value in node.items() if type(node) is dict else enumerate(node):
            kind = type(value)
            if kind is dict or kind is list:
                if len(place) >= MOST_DEPTH:
                    raise JsonBoundsError(f"is nested deeper than {MOST_DEPTH} levels", place[1:4])
                if value:
                    waiting.append(((*place, name), value))
            elif refused is None and (reason := _reason(value)) is not None:
                refused = JsonBoundsError(reason, (*place, name)[1:])
            if refused is None and type(name) is str and _reason(name) is not None:
                refused = JsonBoundsError("has a name that is not valid Unicode", place[1:])
    return refused


def _is_unicode(text: str) -> bool:
    """Return True if UTF-8 can encode *text*: it has no halves of surrogate pairs."""
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)


def _reason(value: Any) -> str | None:
    """Return why a scalar is out of bounds; None if it is not."""
    if isinstance(value, str):
        if not _is_unicode(value):
            return "is not valid Unicode"
    elif isinstance(value, float):
        if not math.isfinite(value):
            return "is not a number that JSON has"
    elif isinstance(value, int) and not _LOWEST <= value <= _HIGHEST:
        return "is an integer beyond 64 bits"
    return None
