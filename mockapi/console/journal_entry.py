"""Page of one recorded request: why it failed, what it belongs to, and how to repeat it."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

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
from mockapi.domain.text_matching import join_messages
from mockapi.faults.fault_base import Stage
from mockapi.faults.kinds import KINDS
from mockapi.http.context import world_of
from mockapi.journal.entry import Body, Entry
from mockapi.store.tables import Token
from mockapi.world.world import World

MOST_COMPARED = 20
"""Maximum number of requests that the page of a request can be compared with."""

_OMITTED_HEADERS = frozenset(
    (
        *("accept-encoding", "connection", "content-length", "host", "transfer-encoding"),
        *("accept-language", "cache-control", "dnt", "origin", "pragma", "priority", "referer"),
        *("upgrade-insecure-requests", "user-agent"),
    )
)
"""Headers that curl sets itself, and headers of browsers that change neither status nor body."""


@dataclass(frozen=True)
class Reason:
    """Why a request failed: *invalid* parameters, *meaning* of the error, and *faults* applied."""

    invalid: str
    meaning: str
    detail: str
    faults: Sequence[str]
    is_unauthorized: bool


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
    content = entry.response_body.parsed()
    problem = content if isinstance(content, dict) else {}
    invalid = "" if faults else _invalid_params(problem)
    return Reason(invalid, meaning, _detail(problem), faults, is_unauthorized)


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


_MOST_REASONS = 5
"""Invalid parameters that are listed. A body with many items can have thousands."""


def _invalid_params(problem: Mapping[str, object]) -> str:
    """Return the invalid parameters of a problem, such as `body is not JSON: …`."""
    params = problem.get("invalid-params")
    found = [each for each in params if isinstance(each, dict)] if isinstance(params, list) else []
    texts = [_invalid_param(each) for each in found[:_MOST_REASONS]]
    more = len(found) - len(texts)
    return join_messages([*texts, f"and {more:,} more"] if more else texts)


def _invalid_param(param: Mapping[str, object]) -> str:
    name, reason = param.get("path") or param.get("name"), str(param.get("reason"))
    # A reason such as "is not JSON" continues the name; "Field required" does not.
    return f"{name} {reason}" if reason[:1].islower() else f"{name}: {reason}"


def _detail(content: Mapping[str, object]) -> str:
    """Return the message in an error response: of a problem, of OAuth or of Apigee."""
    fault = content.get("fault")
    if isinstance(fault, dict):
        return str(fault.get("faultstring", ""))
    return str(content.get("error_description") or content.get("detail") or "")


def curl_of(entry: Entry, tokens: Sequence[str | None]) -> str:
    """Return a command that repeats the request.

    The secret of its token is known only if it is one of *tokens*.
    """
    known = {hash_of(each): each for each in tokens if each}
    parts = [f"curl {shlex.quote(entry.origin + entry.target)}"]
    if entry.method != "GET":
        parts[0] = f"curl -X {entry.method} {shlex.quote(entry.origin + entry.target)}"
    for name, value in entry.request_headers:
        if _is_omitted(name.lower(), value):
            continue
        if name.lower() == "authorization" and entry.credential is not None:
            value = f"Bearer {known.get(entry.credential, PLACEHOLDER)}"  # noqa: PLW2901 - of this header
        parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if entry.request_body.text:
        parts.append(f"-d {shlex.quote(entry.request_body.text)}")
    return " \\\n  ".join(parts)


def _is_omitted(name: str, value: str) -> bool:
    return name in _OMITTED_HEADERS or name.startswith("sec-") or (name, value) == ("accept", "*/*")


def indented_body(body: Body) -> str | None:
    """Return the text of a body; JSON is indented."""
    if body.text is None or "json" not in body.media_type:
        return body.text
    try:
        return json.dumps(parse(body.text), indent=2, ensure_ascii=False)
    except ValueError:
        return body.text


def recorded_entry(world: World, number: int) -> Entry:
    """Return the entry *number*. Raise `ConsoleNotFoundError` if it is not in the journal."""
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
    entry = recorded_entry(world, int(request.path_params["number"]))
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
        curl=curl_of(entry, shown_tokens(request)),
        bodies={
            "Request": indented_body(entry.request_body),
            "Response": indented_body(entry.response_body),
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
