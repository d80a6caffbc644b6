"""Building of journal entries from raw exchanges."""

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

_BY_ERROR: Mapping[str, str] = {
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
_BY_OPERATION: Mapping[str, str] = {
    "listMeters": "Scope of meters",
    "listProjects": "Projects",
    "createPerformanceScores": "Repeated scores",
    "createSiteAssociation": "Repeated registrations",
    "sandboxAuthorize": "`sandbox-authorize`",
    "revoke": "`revoke`",
}

SUBJECTS = frozenset({*_BY_ERROR.values(), *_BY_OPERATION.values(), "HEAD", "CORS"})


def assumptions_in(entry: "Entry") -> Sequence[str]:
    """Return the subjects of the assumptions that the response of *entry* depends on."""
    subjects = []
    shown = _BY_ERROR if entry.error is not None else _BY_OPERATION
    subject = shown.get(entry.error or entry.operation or "")
    if subject is not None:
        subjects.append(subject)
    if entry.method == "HEAD" and entry.product in ("partner", "user"):
        subjects.append("HEAD")
    if entry.header("origin") is not None and entry.product in ("partner", "user"):
        subjects.append("CORS")
    return tuple(subjects)


_SIZE = re.compile("[0-9]{1,15}")
_MAX_HEADERS = 256
_MAX_NAMES = 50
"""Maximum number of unknown names that are recorded per request."""


def entry_of(record: RawExchange, world: str) -> Entry:
    """Return the entry of *record*. It is built once, and then the raw data is deleted."""
    if record.entry is None:
        try:
            record.entry = build_entry(record, world)
        except Exception:
            # An error here would break every response that contains this entry.
            _LOGGER.exception("Request %d of the journal cannot be shown.", record.number)
            record.entry = placeholder_entry(record, world)
        record.request_headers = record.response_headers = ()
        record.bearer_token = record.client_id = None
        record.request = record.response = BodyPrefix()
    return record.entry


def build_entry(record: RawExchange, world: str) -> Entry:
    """Return the redacted entry of *record*, a request to *world*."""
    redactor = Redactor()
    annotations = record.annotations
    _, scheme, path, query, _ = record.line
    headers = _text(record.request_headers)
    response_headers = _text(record.response_headers)
    query_pairs = parse_pairs(query.decode("latin-1"))
    bearer = annotations.bearer
    body = redact_body(record.request, first(headers, "content-type") or "", redactor)
    content_length = first(headers, "content-length") or "0"
    if body.size == 0 and _SIZE.fullmatch(content_length) and int(content_length) > 0:
        body = Body(
            int(content_length), body.media_type, None, f"{int(content_length)} bytes, not read"
        )
    response = redact_body(record.response, first(response_headers, "content-type") or "", redactor)
    shown_headers = [(name, redactor.header(name, value)) for name, value in headers]
    entry = replace(
        placeholder_entry(record, world),
        origin=f"{scheme}://{first(headers, 'host') or 'localhost'}",
        path=redactor.path(path),
        query=redactor.pairs(query_pairs),
        request_headers=shown_headers,
        request_body=body,
        response_headers=[(name, redactor.header(name, value)) for name, value in response_headers],
        response_body=response,
        client=bearer.client_id if bearer else None,
        customer=bearer.customer_id if bearer else None,
        site=annotations.site,
        scope=join_scopes(bearer.scopes) if bearer else None,
        token_kind=bearer.kind.value if bearer else None,
        older_paths=tuple(annotations.older_paths),
        missing_scope=annotations.missing_scope,
        ignored=tuple(annotations.ignored[:_MAX_NAMES]),
        unknown_members=_unknown_members(body, annotations.members),
        credential=None if record.bearer_token is None else hash_of(record.bearer_token),
        issued=_issued(record.response, annotations),
    )
    if annotations.product == "oauth":
        entry = _with_oauth(entry, record.client_id)
    return _scrubbed(replace(entry, assumptions=assumptions_in(entry)), redactor)


def placeholder_entry(record: RawExchange, world: str) -> Entry:
    """Return an entry of *record* without any data that the client sent."""
    method, scheme, _, _, address = record.line
    note = "This request cannot be shown. See the log of mockapi."
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
        response_body=Body(record.response.size, "", None, note),
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
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in headers[:_MAX_HEADERS]
    ]
    more = len(headers) - len(shown)
    return [*shown, (ELLIPSIS, f"{more} more headers")] if more else shown


def _issued(response: BodyPrefix, annotations: RequestAnnotations) -> str | None:
    if annotations.operation not in ("token", "impersonate"):
        return None
    try:
        secret = json.loads(response.text()).get("access_token")
    except (ValueError, AttributeError, RecursionError):
        return None
    return hash_of(secret) if isinstance(secret, str) else None


def _unknown_members(body: Body, known: frozenset[str] | None) -> Sequence[str]:
    if known is None:
        return ()
    tree = body.parsed()
    objects = tree if isinstance(tree, list) else [tree]
    names = {name for each in objects if isinstance(each, dict) for name in each}
    return tuple(sorted(names - known)[:_MAX_NAMES])


def _with_oauth(entry: Entry, basic_client: str | None) -> Entry:
    """Return *entry* with OAuth's `error` and the client of a parameter or HTTP Basic."""
    form: Any = entry.request_body.parsed()
    named = dict(entry.query) | (form if isinstance(form, dict) else {})
    form_client = named.get("client_id")
    client = form_client if isinstance(form_client, str) and form_client else basic_client
    response: Any = entry.response_body.parsed()
    error = response.get("error") if isinstance(response, dict) else None
    location = entry.response_header("location") or ""
    redirect_error = dict(parse_pairs(location.partition("?")[2])).get("error")
    error_code = error if isinstance(error, str) else redirect_error
    return replace(entry, client=client, error=entry.error or error_code)


def _scrubbed(entry: Entry, redactor: Redactor) -> Entry:
    """Return *entry* with known secrets redacted in all other places."""

    def pairs(values: Pairs) -> Pairs:
        return [(redactor.scrub(name), redactor.scrub(value)) for name, value in values]

    def redacted(body: Body) -> Body:
        media_type = redactor.scrub(body.media_type)
        return replace(body, media_type=media_type, text=text(body.text), note=text(body.note))

    def text(value: str | None) -> str | None:
        return None if value is None else redactor.scrub(value)

    return replace(
        entry,
        method=redactor.scrub(entry.method),
        origin=redactor.scrub(entry.origin),
        path=redactor.scrub(entry.path),
        query=pairs(entry.query),
        request_headers=pairs(entry.request_headers),
        response_headers=pairs(entry.response_headers),
        request_body=redacted(entry.request_body),
        response_body=redacted(entry.response_body),
        client=text(entry.client),
        site=text(entry.site),
        error=text(entry.error),
        ignored=tuple(redactor.scrub(name) for name in entry.ignored),
        unknown_members=tuple(redactor.scrub(name) for name in entry.unknown_members),
    )


def redact_body(prefix: BodyPrefix, media_type: str, redactor: Redactor) -> Body:
    """Return the redacted body of *media_type* in *prefix*.

    Only JSON and forms are shown, because secrets in other bodies cannot be found.
    """
    media_type = media_type.partition(";")[0].strip().lower()
    if prefix.size == 0:
        return Body(0, media_type, None)
    text = prefix.text()
    is_json = media_type.endswith("json")
    if media_type == FORM:
        text = query_text(redactor.pairs(parse_pairs(text)))
    elif is_json or _is_json(text):
        text = redactor.json_text(text)
    else:
        named = media_type or "an unknown media type"
        return Body(prefix.size, media_type, None, f"{prefix.size} bytes of {named}, not shown")
    note = None if prefix.is_complete else f"the first {RECORDED_BYTES} of {prefix.size} bytes"
    return Body(prefix.size, media_type, text, note)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
