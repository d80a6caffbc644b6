"""Records a request and its answer cheaply, and shapes the record when somebody reads it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any
from urllib.parse import quote

from mockapi.domain.oauth.scopes import join_scopes
from mockapi.domain.oauth.tokens import hash_of
from mockapi.journal.body import Body, Sample, shown_body
from mockapi.journal.decisions import Decisions
from mockapi.journal.inferences import inferred_in
from mockapi.journal.redact import Pairs, Redactor, parse_pairs, query_text

RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Entry:
    """A request and its answer, without secrets; as it is told and judged."""

    number: int
    at: datetime
    began: float
    """Seconds on the machine's steady clock; only differences of two mean anything."""
    duration_ms: float
    world: str
    edition: str
    product: str | None
    operation: str | None
    method: str
    origin: str
    path: str
    query: Pairs
    request_headers: Pairs
    request_body: Body
    status: int | None
    """None when the connection ended before an answer began."""
    answer_headers: Pairs
    answer_body: Body
    address: str | None
    client: str | None
    customer: str | None
    site: str | None
    scope: str | None
    token_kind: str | None
    refusal: str | None
    older_paths: Sequence[str]
    lent_scope: str | None
    ignored: Sequence[str]
    unknown_members: Sequence[str]
    faults: Sequence[str]
    inferred: Sequence[str]
    credential: str | None
    """The hash of the bearer token, so that uses of one token are known as such."""
    issued: str | None
    """The hash of the access token that the answer hands out."""

    @property
    def target(self) -> str:
        """The path and the query, in ASCII but for stubs."""
        query = f"?{query_text(self.query)}" if self.query else ""
        return quote(self.path, safe="/:@!$&'()*+,;=~") + query

    def header(self, name: str) -> str | None:
        """Return the request's header *name*, given in lower case."""
        return _first(self.request_headers, name)

    def answer_header(self, name: str) -> str | None:
        return _first(self.answer_headers, name)


class Record:
    """What a request leaves behind while it runs; shaped late, and then rid of its secrets."""

    __slots__ = (
        "_at",
        "_began",
        "_decisions",
        "_duration",
        "_edition",
        "_entry",
        "_faults",
        "_line",
        "_request_headers",
        "answer",
        "answer_headers",
        "number",
        "request",
        "status",
    )

    def __init__(
        self,
        at: datetime,
        edition: str,
        line: tuple[str, str, str, bytes, str | None],
        headers: RawHeaders,
        decisions: Decisions,
    ) -> None:
        """*line* is method, scheme, path, query string and the client's address."""
        self._at = at
        self._edition = edition
        self._line = line
        self._request_headers: RawHeaders = headers
        self._decisions = decisions
        self._began = perf_counter()
        self._duration = 0.0
        self._faults: Sequence[str] = ()
        self._entry: Entry | None = None
        self.request = Sample()
        self.answer = Sample()
        self.answer_headers: RawHeaders = ()
        self.status: int | None = None
        self.number = 0

    def finish(self, faults: Sequence[str]) -> None:
        """Take the time, and what struck; from now on nothing changes."""
        self._duration = perf_counter() - self._began
        self._faults = tuple(faults)

    def entry(self, world: str) -> Entry:
        """Return the entry; shaped once, after which nothing raw is kept."""
        if self._entry is None:
            self._entry = self._shape(world)
            self._request_headers = self.answer_headers = ()
            self.request = self.answer = Sample()
        return self._entry

    def _shape(self, world: str) -> Entry:
        redactor = Redactor()
        decisions = self._decisions
        method, scheme, path, query, address = self._line
        headers = _text(self._request_headers)
        answer_headers = _text(self.answer_headers)
        asked = parse_pairs(query.decode("latin-1"))
        bearer = decisions.bearer
        body = shown_body(self.request, _first(headers, "content-type") or "", redactor)
        answer = shown_body(self.answer, _first(answer_headers, "content-type") or "", redactor)
        shown_headers = [(name, redactor.header(name, value)) for name, value in headers]
        entry = Entry(
            number=self.number,
            at=self._at,
            began=self._began,
            duration_ms=round(self._duration * 1000, 3),
            world=world,
            edition=self._edition,
            product=decisions.product,
            operation=decisions.operation,
            method=method,
            origin=f"{scheme}://{_first(headers, 'host') or 'localhost'}",
            path=path,
            query=redactor.pairs(asked),
            request_headers=shown_headers,
            request_body=body,
            status=None if self.status is None else int(self.status),
            answer_headers=[(name, redactor.header(name, value)) for name, value in answer_headers],
            answer_body=answer,
            address=address,
            client=bearer.client_id if bearer else None,
            customer=bearer.customer_id if bearer else None,
            site=decisions.site,
            scope=join_scopes(bearer.scopes) if bearer else None,
            token_kind=bearer.kind.value if bearer else None,
            refusal=decisions.refusal,
            older_paths=tuple(decisions.older_paths),
            lent_scope=decisions.lent_scope,
            ignored=tuple(decisions.ignored),
            unknown_members=_unknown_members(body, decisions.members),
            faults=self._faults,
            inferred=(),
            credential=_credential(headers),
            issued=_issued(self.answer, decisions),
        )
        if decisions.product == "oauth":
            entry = _with_oauth(entry, headers)
        return _scrubbed(replace(entry, inferred=inferred_in(entry)), redactor)


def _text(headers: RawHeaders) -> Pairs:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _first(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _credential(headers: Pairs) -> str | None:
    scheme, _, secret = (_first(headers, "authorization") or "").partition(" ")
    return hash_of(secret.strip()) if scheme.lower() == "bearer" and secret.strip() else None


def _issued(answer: Sample, decisions: Decisions) -> str | None:
    if decisions.operation not in ("token", "impersonate"):
        return None
    try:
        secret = json.loads(answer.text()).get("access_token")
    except (ValueError, AttributeError):
        return None
    return hash_of(secret) if isinstance(secret, str) else None


def _unknown_members(body: Body, known: frozenset[str] | None) -> Sequence[str]:
    if known is None:
        return ()
    tree = body.parsed()
    objects = tree if isinstance(tree, list) else [tree]
    names = {name for each in objects if isinstance(each, dict) for name in each}
    return tuple(sorted(names - known))


def _with_oauth(entry: Entry, headers: Pairs) -> Entry:
    """Return *entry* with the client that OAuth's parameters name, and OAuth's `error`."""
    form: Any = entry.request_body.parsed()
    named = dict(entry.query) | (form if isinstance(form, dict) else {})
    client = named.get("client_id") or _basic_client(headers)
    answer: Any = entry.answer_body.parsed()
    refusal = answer.get("error") if isinstance(answer, dict) else None
    location = entry.answer_header("location") or ""
    told = dict(parse_pairs(location.partition("?")[2])).get("error")
    said = refusal if isinstance(refusal, str) else told
    return replace(entry, client=client, refusal=entry.refusal or said)


def _basic_client(headers: Pairs) -> str | None:
    scheme, _, encoded = (_first(headers, "authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, colon, _ = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    return client if colon else None


def _scrubbed(entry: Entry, redactor: Redactor) -> Entry:
    """Return *entry* without the hidden secrets in any place where nobody expects them."""

    def pairs(told: Pairs) -> Pairs:
        return [(redactor.scrub(name), redactor.scrub(value)) for name, value in told]

    def body(told: Body) -> Body:
        return told if told.text is None else replace(told, text=redactor.scrub(told.text))

    def text(told: str | None) -> str | None:
        return None if told is None else redactor.scrub(told)

    return replace(
        entry,
        origin=redactor.scrub(entry.origin),
        path=redactor.scrub(entry.path),
        query=pairs(entry.query),
        request_headers=pairs(entry.request_headers),
        answer_headers=pairs(entry.answer_headers),
        request_body=body(entry.request_body),
        answer_body=body(entry.answer_body),
        client=text(entry.client),
        site=text(entry.site),
        refusal=text(entry.refusal),
        ignored=tuple(redactor.scrub(name) for name in entry.ignored),
        unknown_members=tuple(redactor.scrub(name) for name in entry.unknown_members),
    )
