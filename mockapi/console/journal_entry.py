"""Pages of one recorded request, and of the differences between two."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from http import HTTPStatus
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.journal import findings_in
from mockapi.console.page import (
    PLACEHOLDER,
    ConsoleNotFoundError,
    render_console_page,
    requires_admin,
    shown_tokens,
    threaded,
)
from mockapi.domain.errors import ApiError
from mockapi.domain.input_text import parse
from mockapi.domain.oauth import hash_of, id_of
from mockapi.faults.fault_base import Stage
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of
from mockapi.journal.entry import Body, Entry
from mockapi.store.tables import Token
from mockapi.world.world import World

MOST_COMPARED = 20
"""Maximum number of requests that the page of a request can be compared with."""

_MOST_DIFF_LINES = 500
"""Maximum number of compared lines per body, because comparing takes quadratic time."""
_CLIENT_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
"""Headers that curl sets by itself."""


@dataclass(frozen=True)
class Reason:
    """Why a request failed: the *meaning* of its error, and the faults that caused it."""

    meaning: str
    detail: str
    faults: Sequence[str]
    is_unauthorized: bool


class FieldDifference(NamedTuple):
    """Values of two requests in one field; None if a request does not have it."""

    name: str
    first: str | None
    second: str | None


class DiffLine(NamedTuple):
    """Line of one body or of both: *kind* is "removed", "added" or ""."""

    kind: str
    text: str


def reason_of(entry: Entry) -> Reason | None:
    """Return why the request failed, or None if it did not."""
    if entry.status is not None and entry.status < HTTPStatus.BAD_REQUEST:
        return None
    faults = [
        each.kind
        for each in entry.faults
        if each.kind in KINDS and KINDS[each.kind].stage is not Stage.DELAY
    ]
    if entry.status is None:
        meaning = "The connection was closed before the response started."
    elif faults:
        meaning = "The response is that of a fault, not of the API."
    else:
        meaning = _meanings().get(entry.error or "", "")
    is_unauthorized = entry.status == HTTPStatus.UNAUTHORIZED and not faults
    return Reason(meaning, _detail(entry.response_body), faults, is_unauthorized)


@cache
def _meanings() -> Mapping[str, str]:
    """Return the first sentence of the documentation of each error, by its name."""

    def subclasses(kind: type[ApiError]) -> Iterator[type[ApiError]]:
        for each in kind.__subclasses__():
            yield each
            yield from subclasses(each)

    return {
        each.__name__: each.__doc__.partition("\n\n")[0]
        for each in subclasses(ApiError)
        if each.__doc__
    }


def _detail(body: Body) -> str:
    """Return the message in an error response: of a problem, of OAuth or of Apigee."""
    content = body.parsed()
    if not isinstance(content, dict):
        return ""
    fault = content.get("fault")
    if isinstance(fault, dict):
        return str(fault.get("faultstring", ""))
    detail = str(content.get("error_description") or content.get("detail") or "")
    params = content.get("invalidParams")
    invalid = (
        [each for each in params if isinstance(each, dict)] if isinstance(params, list) else []
    )
    return " ".join([detail, *(f"{each.get('path')}: {each.get('reason')}." for each in invalid)])


def curl_of(entry: Entry, tokens: Sequence[str | None]) -> str:
    """Return a command that repeats the request.

    The secret of its token is known only if it is one of *tokens*.
    """
    known = {hash_of(each): each for each in tokens if each}
    parts = [f"curl {shlex.quote(entry.origin + entry.target)}"]
    if entry.method != "GET":
        parts[0] = f"curl -X {entry.method} {shlex.quote(entry.origin + entry.target)}"
    for name, value in entry.request_headers:
        if name.lower() in _CLIENT_HEADERS or (name.lower(), value) == ("accept", "*/*"):
            continue
        if name.lower() == "authorization" and entry.credential is not None:
            value = f"Bearer {known.get(entry.credential, PLACEHOLDER)}"  # noqa: PLW2901 - of this header
        parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if entry.request_body.text:
        parts.append(f"-d {shlex.quote(entry.request_body.text)}")
    return " \\\n  ".join(parts)


def _indented(body: Body) -> str | None:
    """Return the text of a body; JSON is indented."""
    if body.text is None or "json" not in body.media_type:
        return body.text
    try:
        return json.dumps(parse(body.text), indent=2, ensure_ascii=False)
    except ValueError:
        return body.text


def _entry(world: World, number: int) -> Entry:
    try:
        return world.journal.entry(number)
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "journal") from error


def _token(world: World, entry: Entry) -> Token | None:
    try:
        return world.store.token_with(id_of(entry.credential)) if entry.credential else None
    except LookupError:
        return None


@requires_admin
@threaded
def show_entry(request: Request) -> Response:
    world = world_of(request)
    entry = _entry(world, int(request.path_params["number"]))
    entries = world.journal.entries()
    customers = {each.id: each.email for each in world.store.customers()}
    token = _token(world, entry)
    return render_console_page(
        request,
        "console/journal_entry.html",
        "journal",
        entry=entry,
        reason=reason_of(entry),
        customer=customers.get(entry.customer or "", entry.customer),
        token=None if token is None else id_of(token.token_hash),
        consent=None if token is None else token.consent_id,
        curl=curl_of(entry, shown_tokens(world)),
        bodies={
            "Request": _indented(entry.request_body),
            "Response": _indented(entry.response_body),
        },
        findings=[each for each in findings_in(entries) if entry.number in each.warning.requests],
        others=_comparable(entries, entry),
    )


def _comparable(entries: Sequence[Entry], entry: Entry) -> Sequence[Entry]:
    """Return requests to compare *entry* with: of its operation first, then the newest."""
    others = [each for each in reversed(entries) if each.number != entry.number]
    earlier_first = sorted(
        others, key=lambda each: (each.operation != entry.operation, each.number > entry.number)
    )
    return earlier_first[:MOST_COMPARED]


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
        (_indented(each) or "").splitlines()[:_MOST_DIFF_LINES] for each in (first, second)
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
    first, second = (_entry(world, int(each)) for each in numbers)
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
