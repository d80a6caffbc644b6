"""Checks what requests say: unknown names, older paths, missing types, haste after a 429."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from itertools import islice

from mockapi.journal.entry import Entry
from mockapi.journal.lint.warning import LintWarning

_MOST_NAMES = 200
_USUAL_BACK_OFF = timedelta(seconds=1)
"""What is waited after a 429 that does not say how long."""


def unknown_names(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    yield from _by_name(
        entries,
        "unknown-parameter",
        lambda entry: entry.ignored,
        "does not know the query parameter {name!r}, and ignores it.",
    )
    yield from _by_name(
        entries,
        "unknown-member",
        lambda entry: entry.unknown_members,
        "does not know the member {name!r} of its body, and ignores it.",
    )


def older_paths(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for older in entry.older_paths:
            found[older].append(entry.number)
    for older, numbers in found.items():
        yield LintWarning(
            "older-path",
            f"{older} is of an older edition; MOCKAPI_STRICT_PATHS refuses it in the newest.",
            numbers,
        )


def content_types(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    numbers = [
        entry.number
        for entry in entries
        if (entry.request_body.size or entry.header("transfer-encoding"))
        and entry.header("content-type") is None
    ]
    if numbers:
        yield LintWarning(
            "no-content-type",
            "A body came without Content-Type; the APIs want application/json.",
            numbers,
        )


def unbacked(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Look at each 429, and at the next request of the same token from the same address."""
    numbers: set[int] = set()
    following: dict[tuple[str | None, str | None], Entry] = {}
    for entry in reversed(entries):
        after = following.get(_caller(entry))
        if (
            after is not None
            and entry.status == HTTPStatus.TOO_MANY_REQUESTS
            and _waited(entry, after) < _wanted(entry)
        ):
            numbers |= {entry.number, after.number}
        following[_caller(entry)] = entry
    if numbers:
        yield LintWarning(
            "no-back-off",
            "After a 429 the next request came before Retry-After was over; without the header, "
            "within a second.",
            sorted(numbers),
        )


def _caller(entry: Entry) -> tuple[str | None, str | None]:
    return (entry.credential or entry.client, entry.address)


def _waited(entry: Entry, after: Entry) -> timedelta:
    """Return the longer of the waits by the world's clock and by the machine's."""
    steady = after.began - entry.began - entry.duration_ms / 1000
    return max(after.at - entry.at, timedelta(seconds=steady))


def _wanted(entry: Entry) -> timedelta:
    """Return what Retry-After asks for, in seconds or until a date (RFC 9110 section 10.2.3)."""
    stated = entry.answer_header("retry-after")
    if stated is None:
        return _USUAL_BACK_OFF
    if re.fullmatch("[0-9]{1,9}", stated):
        return timedelta(seconds=int(stated))
    try:
        return parsedate_to_datetime(stated) - entry.at
    except (ValueError, TypeError):
        return _USUAL_BACK_OFF


def _by_name(
    entries: Sequence[Entry],
    code: str,
    names: Callable[[Entry], Sequence[str]],
    explanation: str,
) -> Iterator[LintWarning]:
    found: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    for entry in entries:
        for name in names(entry):
            found[entry.operation, name].append(entry.number)
    for (operation, name), numbers in islice(found.items(), _MOST_NAMES):
        yield LintWarning(code, f"{operation} {explanation.format(name=name)}", numbers)
    if (more := len(found) - _MOST_NAMES) > 0:
        others = {number for each in found.values() for number in each}
        yield LintWarning(code, f"{more:,} more names are unknown, too.", sorted(others))
