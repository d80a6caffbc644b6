"""Page of the differences between two recorded requests."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.journal_entry import indented_body, recorded_entry
from mockapi.console.page import (
    ConsoleNotFoundError,
    render_console_page,
    requires_admin,
    threaded,
)
from mockapi.domain.oauth import id_of
from mockapi.http.context import world_of
from mockapi.journal.entry import Body, Entry

_MOST_DIFF_LINES = 500
"""Maximum number of compared lines per body, because comparing takes quadratic time."""


class FieldDifference(NamedTuple):
    """Values of two requests in one field; None if a request does not have it."""

    name: str
    first: str | None
    second: str | None


class DiffLine(NamedTuple):
    """Line of one body or of both: *kind* is "removed", "added" or ""."""

    kind: str
    text: str


def field_differences(
    first: Entry, second: Entry
) -> tuple[Sequence[FieldDifference], Sequence[FieldDifference]]:
    """Return the fields that differ between two requests, and those that are equal."""
    ours, theirs = dict(_fields(first)), dict(_fields(second))
    both = [FieldDifference(name, ours.get(name), theirs.get(name)) for name in {**ours, **theirs}]
    differing = [each for each in both if each.first != each.second]
    return differing, [each for each in both if each.first == each.second]


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    facts = {
        "status": str(entry.status or "closed"),
        "error": entry.error,
        "faults": ", ".join(each.kind for each in entry.faults),
        "method": entry.method,
        "path": entry.path,
        "operation": entry.operation,
        "client": entry.client,
        "customer": entry.customer,
        "token": None if entry.credential is None else id_of(entry.credential),
        "scope": entry.scope,
        "world time": entry.at.isoformat(" ", "seconds"),
        "duration": f"{entry.duration_ms:.0f} ms",
    }
    yield from ((name, value) for name, value in facts.items() if value)
    groups = (
        ("query", entry.query),
        ("request header", entry.request_headers),
        ("response header", entry.response_headers),
    )
    for group, pairs in groups:
        for name, value in pairs:
            yield f"{group} {name}", value


def body_difference(first: Body, second: Body) -> Sequence[DiffLine]:
    """Return the lines of two bodies with those that differ; the first lines of long bodies."""
    ours, theirs = (
        (indented_body(each) or "").splitlines()[:_MOST_DIFF_LINES] for each in (first, second)
    )
    return [
        line
        for _, begin, end, second_begin, second_end in SequenceMatcher(
            None, ours, theirs
        ).get_opcodes()
        for line in _diff_lines(ours[begin:end], theirs[second_begin:second_end])
    ]


def _diff_lines(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[DiffLine]:
    """Yield the lines of a block, which is equal in both bodies or completely different."""
    if ours == theirs:
        yield from (DiffLine("", each) for each in ours)
    else:
        yield from (DiffLine("removed", each) for each in ours)
        yield from (DiffLine("added", each) for each in theirs)


@requires_admin
@threaded
def show_comparison(request: Request) -> Response:
    world = world_of(request)
    numbers = [request.query_params.get(name, "") for name in ("first", "second")]
    if not all(each.isdecimal() and len(each) < len(str(2**63)) for each in numbers):
        raise ConsoleNotFoundError("Give two numbers of requests: ?first=1&second=2.", "journal")
    first, second = (recorded_entry(world, int(each)) for each in numbers)
    differing, equal = field_differences(first, second)
    return render_console_page(
        request,
        "console/journal_comparison.html",
        "journal",
        first=first,
        second=second,
        differing=differing,
        equal=equal,
        bodies={
            "Request": body_difference(first.request_body, second.request_body),
            "Response": body_difference(first.response_body, second.response_body),
        },
        most_lines=_MOST_DIFF_LINES,
    )
