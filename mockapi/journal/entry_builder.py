"""Makes of a record what may be told of it."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockapi.domain.oauth import hash_of, join_scopes
from mockapi.journal.entry import (
    FORM,
    RECORDED_BYTES,
    Body,
    BodyPrefix,
    Entry,
    RawExchange,
    RawHeaders,
    RequestAnnotations,
    first,
)
from mockapi.journal.redaction import ELLIPSIS, Pairs, Redactor, encodable, parse_pairs, query_text

_LOGGER = logging.getLogger("mockapi.journal")

_OF_REFUSALS: Mapping[str, str] = {
    "TokenMissing": "401 and 403",
    "TokenUnknown": "401 and 403",
    "TokenExpired": "401 and 403",
    "TokenRevoked": "401 and 403",
    "TokenOfOtherProduct": "401 and 403",
    "InsufficientScope": "401 and 403",
    "BasePathUnknown": "Unknown base paths",
    "ScoringRequestConflict": "Repeated scoring requests",
    "access_denied": "Denied consent",
}
_OF_OPERATIONS: Mapping[str, str] = {
    "listMeters": "Scope of meters",
    "listProjects": "Projects",
    "createPerformanceScores": "Repeated scores",
    "createSiteAssociation": "Repeated registrations",
    "sandboxAuthorize": "`sandbox-authorize`",
    "revoke": "`revoke`",
}

SUBJECTS = frozenset({*_OF_REFUSALS.values(), *_OF_OPERATIONS.values(), "HEAD", "CORS"})


def assumptions_in(entry: "Entry") -> Sequence[str]:
    """Return the subjects of the assumptions that the response of *entry* depends on."""
    subjects = []
    shown = _OF_REFUSALS if entry.error is not None else _OF_OPERATIONS
    subject = shown.get(entry.error or entry.operation or "")
    if subject is not None:
        subjects.append(subject)
    if entry.method == "HEAD" and entry.product in ("partner", "user"):
        subjects.append("HEAD")
    if entry.header("origin") is not None and entry.product in ("partner", "user"):
        subjects.append("CORS")
    return tuple(subjects)


_A_SIZE = re.compile("[0-9]{1,15}")
_MOST_HEADERS = 256
_MOST_NAMES = 50
"""Unknown names of one request that are noted."""


def entry_of(record: RawExchange, world: str) -> Entry:
    """Return the entry of *record*; made once, after which *record* holds nothing raw."""
    if record.entry is None:
        try:
            record.entry = build_entry(record, world)
        except Exception:
            # The one place where entries are made: what fails here would make every response
            # that has this entry in it fail.
            _LOGGER.exception("Request %d of the journal cannot be shown.", record.number)
            record.entry = placeholder_entry(record, world)
        record.request_headers = record.response_headers = ()
        record.bearer_token = record.client_id = None
        record.request = record.answer = BodyPrefix()
    return record.entry


def build_entry(record: RawExchange, world: str) -> Entry:
    """Return what may be told of *record*, a request to *world*."""
    redactor = Redactor()
    annotations = record.annotations
    _, scheme, path, query, _ = record.line
    headers = _text(record.request_headers)
    response_headers = _text(record.response_headers)
    asked = parse_pairs(query.decode("latin-1"))
    bearer = annotations.bearer
    body = redact_body(record.request, first(headers, "content-type") or "", redactor)
    unread = first(headers, "content-length") or "0"
    if body.size == 0 and _A_SIZE.fullmatch(unread) and int(unread) > 0:
        body = Body(int(unread), body.media_type, None, f"{int(unread)} bytes, never read")
    answer = redact_body(record.answer, first(response_headers, "content-type") or "", redactor)
    shown_headers = [(name, redactor.header(name, value)) for name, value in headers]
    entry = replace(
        placeholder_entry(record, world),
        origin=f"{scheme}://{first(headers, 'host') or 'localhost'}",
        path=redactor.path(path),
        query=redactor.pairs(asked),
        request_headers=shown_headers,
        request_body=body,
        response_headers=[(name, redactor.header(name, value)) for name, value in response_headers],
        response_body=answer,
        client=bearer.client_id if bearer else None,
        customer=bearer.customer_id if bearer else None,
        site=annotations.site,
        scope=join_scopes(bearer.scopes) if bearer else None,
        token_kind=bearer.kind.value if bearer else None,
        older_paths=tuple(annotations.older_paths),
        missing_scope=annotations.missing_scope,
        ignored=tuple(annotations.ignored[:_MOST_NAMES]),
        unknown_members=_unknown_members(body, annotations.members),
        credential=None if record.bearer_token is None else hash_of(record.bearer_token),
        issued=_issued(record.answer, annotations),
    )
    if annotations.product == "oauth":
        entry = _with_oauth(entry, record.client_id)
    return _scrubbed(replace(entry, assumptions=assumptions_in(entry)), redactor)


def placeholder_entry(record: RawExchange, world: str) -> Entry:
    """Return an entry with that of *record* alone which no client sent; it can always be shown."""
    method, scheme, _, _, address = record.line
    note = "This request cannot be shown; the log of mockapi says why."
    return Entry(
        number=record.number,
        at=record.at,
        real_at=record.real_at,
        began=record.began,
        duration_ms=round(record.duration * 1000, 3),
        gap_ms=None if record.gap is None else round(record.gap * 1000, 3),
        world=world,
        edition=record.edition,
        product=record.annotations.product,
        operation=record.annotations.operation,
        method=encodable(method),
        origin=f"{scheme}://localhost",
        path=f"/{ELLIPSIS}",
        query=(),
        request_headers=(),
        request_body=Body(record.request.size, "", None, note),
        status=None if record.status is None else int(record.status),
        response_headers=(),
        response_body=Body(record.answer.size, "", None, note),
        address=address,
        client=None,
        customer=None,
        site=None,
        scope=None,
        token_kind=None,
        error=record.annotations.error,
        older_paths=(),
        missing_scope=None,
        ignored=(),
        unknown_members=(),
        faults=record.faults,
        assumptions=(),
        credential=None,
        issued=None,
    )


def _text(headers: RawHeaders) -> Pairs:
    shown = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in headers[:_MOST_HEADERS]
    ]
    more = len(headers) - len(shown)
    return [*shown, (ELLIPSIS, f"{more} more headers")] if more else shown


def _issued(answer: BodyPrefix, annotations: RequestAnnotations) -> str | None:
    if annotations.operation not in ("token", "impersonate"):
        return None
    try:
        secret = json.loads(answer.text()).get("access_token")
    except (ValueError, AttributeError, RecursionError):
        return None
    return hash_of(secret) if isinstance(secret, str) else None


def _unknown_members(body: Body, known: frozenset[str] | None) -> Sequence[str]:
    if known is None:
        return ()
    tree = body.parsed()
    objects = tree if isinstance(tree, list) else [tree]
    names = {name for each in objects if isinstance(each, dict) for name in each}
    return tuple(sorted(names - known)[:_MOST_NAMES])


def _with_oauth(entry: Entry, basic_client: str | None) -> Entry:
    """Return *entry* with OAuth's `error` and the client that a parameter or HTTP Basic names."""
    form: Any = entry.request_body.parsed()
    named = dict(entry.query) | (form if isinstance(form, dict) else {})
    stated = named.get("client_id")
    client = stated if isinstance(stated, str) and stated else basic_client
    answer: Any = entry.response_body.parsed()
    error = answer.get("error") if isinstance(answer, dict) else None
    location = entry.answer_header("location") or ""
    told = dict(parse_pairs(location.partition("?")[2])).get("error")
    said = error if isinstance(error, str) else told
    return replace(entry, client=client, error=entry.error or said)


def _scrubbed(entry: Entry, redactor: Redactor) -> Entry:
    """Return *entry* without the hidden secrets in any place where nobody expects them."""

    def pairs(told: Pairs) -> Pairs:
        return [(redactor.scrub(name), redactor.scrub(value)) for name, value in told]

    def body(told: Body) -> Body:
        media_type = redactor.scrub(told.media_type)
        return replace(told, media_type=media_type, text=text(told.text), note=text(told.note))

    def text(told: str | None) -> str | None:
        return None if told is None else redactor.scrub(told)

    return replace(
        entry,
        method=redactor.scrub(entry.method),
        origin=redactor.scrub(entry.origin),
        path=redactor.scrub(entry.path),
        query=pairs(entry.query),
        request_headers=pairs(entry.request_headers),
        response_headers=pairs(entry.response_headers),
        request_body=body(entry.request_body),
        response_body=body(entry.response_body),
        client=text(entry.client),
        site=text(entry.site),
        error=text(entry.error),
        ignored=tuple(redactor.scrub(name) for name in entry.ignored),
        unknown_members=tuple(redactor.scrub(name) for name in entry.unknown_members),
    )


def redact_body(sample: BodyPrefix, media_type: str, redactor: Redactor) -> Body:
    """Return what may be shown of *sample*, a body of *media_type*.

    JSON and forms are shown. Of other bodies nobody knows where in them a secret is.
    """
    media_type = media_type.partition(";")[0].strip().lower()
    if sample.size == 0:
        return Body(0, media_type, None)
    text = sample.text()
    is_json = media_type.endswith("json")
    if media_type == FORM:
        text = query_text(redactor.pairs(parse_pairs(text)))
    elif is_json or _is_json(text):
        text = redactor.json_text(text)
    else:
        named = media_type or "a type that is not stated"
        return Body(sample.size, media_type, None, f"{sample.size} bytes of {named}, not shown")
    note = None if sample.whole else f"the first {RECORDED_BYTES} of {sample.size} bytes"
    return Body(sample.size, media_type, text, note)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
