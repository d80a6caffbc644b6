"""HAR 1.2 of journal entries."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from mockapi.domain.errors import reason_phrase
from mockapi.journal.entry import FORM, Body, Entry
from mockapi.journal.redaction import Pairs, parse_pairs
from mockapi.version import __version__

Har = dict[str, Any]


def encode_har(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the HAR of *entries* as JSON text, one entry at a time.

    Fields that HAR does not define are in `_mockapi`.
    """
    creator = json.dumps({"name": "mockapi", "version": __version__})
    yield f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": ['.encode()
    comma = b""
    for each in entries:
        yield comma + json.dumps(_entry(each), ensure_ascii=False).encode()
        comma = b", "
    yield b"]}}"


def _entry(entry: Entry) -> Har:
    return {
        "startedDateTime": entry.at.isoformat(timespec="milliseconds"),
        "time": entry.duration_ms,
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": entry.duration_ms, "receive": 0},
        "_mockapi": {
            "number": entry.number,
            "real_at": entry.real_at.isoformat(timespec="milliseconds"),
            "gap_ms": entry.gap_ms,
            "world": entry.world,
            "operation": entry.operation,
            "client": entry.client,
            "customer": entry.customer,
            "scope": entry.scope,
            "token_kind": entry.token_kind,
            "error": entry.error,
            "faults": [fault._asdict() for fault in entry.faults],
        },
    }


def _request(entry: Entry) -> Har:
    request: Har = {
        "method": entry.method,
        "url": entry.origin + entry.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _name_value_list(entry.request_headers),
        "queryString": _name_value_list(entry.query),
        "headersSize": -1,
        "bodySize": entry.request_body.size,
    }
    body = entry.request_body
    if body.size:
        post: Har = {"mimeType": body.media_type}
        # HAR 1.2: "text and params fields are mutually exclusive".
        if body.media_type == FORM:
            post["params"] = _name_value_list(parse_pairs(body.text or ""))
        else:
            post["text"] = body.text or ""
        request["postData"] = _with_comment(post, body)
    return request


def _response(entry: Entry) -> Har:
    status = entry.status or 0
    known = status in HTTPStatus.__members__.values()
    body = entry.response_body
    content: Har = {"size": body.size, "mimeType": body.media_type or "x-unknown"}
    if body.text is not None:
        content["text"] = body.text
    return {
        "status": status,
        "statusText": reason_phrase(status) if known else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _name_value_list(entry.response_headers),
        "content": _with_comment(content, body),
        "redirectURL": entry.response_header("location") or "",
        "headersSize": -1,
        "bodySize": body.size,
    }


def _with_comment(part: Har, body: Body) -> Har:
    return part if body.note is None else {**part, "comment": body.note}


def _name_value_list(pairs: Pairs) -> list[Har]:
    return [{"name": name, "value": value} for name, value in pairs]
