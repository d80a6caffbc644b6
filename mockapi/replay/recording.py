"""Reader of the recorded requests and responses of HAR files."""

import base64
import json
import string
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.replay.recorded_request import (
    REDACTED,
    Credential,
    InvalidHarError,
    RecordedRequest,
)

LARGEST_FILE = 64 * 1024 * 1024
_API = "/ecostruxure/"
_FORM = "application/x-www-form-urlencoded"
_LONGEST_METHOD = 20
_LONGEST_TARGET = 200
_NOT_SENT = frozenset(
    {"", "host", "content-length", "connection", "transfer-encoding", "keep-alive"}
)


def read_session(path: Path) -> Sequence[RecordedRequest]:
    """Return the requests in the HAR file *path*, in their order.

    Entries that cannot be sent have a reason. Raise `InvalidHarError` if the file is not HAR.
    """
    return session_of(json_of(path, "Use a HAR file."), path)


def json_of(path: Path, remedy: str) -> Any:
    """Return the JSON tree in *path*. Raise `InvalidHarError`, with *remedy*, if it has none."""
    try:
        return json.loads(read_utf8(path, LARGEST_FILE))
    except UnreadableFileError as error:
        raise InvalidHarError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        place = str(path)
        if isinstance(error, json.JSONDecodeError):
            place = f"{path}:{error.lineno}:{error.colno}"
        raise InvalidHarError(f"{place}: is not JSON. {remedy}") from error


def session_of(tree: Any, path: Path) -> Sequence[RecordedRequest]:
    """Return the requests in *tree*, the HAR of the file *path*.

    Raise `InvalidHarError` if it is not HAR, or has no entries.
    """
    try:
        entries = _member(_member(tree, "log", "", dict), "entries", "log", list)
    except _InvalidEntryError as error:
        raise InvalidHarError(f"{path}: {error}") from error
    if not entries:
        raise InvalidHarError(f"{path} has no entries. Record a session first.")
    origins = _origins(entries)
    return [_recorded(each, index, origins) for index, each in enumerate(entries)]


class _InvalidEntryError(Exception):
    """A member of a HAR file that is missing or has another type."""


_TYPES = {dict: "an object", list: "an array", str: "a text", int: "a whole number"}


def _member(tree: Any, name: str, place: str, kind: type) -> Any:
    at = f"{place}.{name}" if place else name
    if not isinstance(tree, dict) or name not in tree:
        raise _InvalidEntryError(f"{at} is missing. Use a HAR file.")
    value = tree[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _InvalidEntryError(f"{at} is not {_TYPES[kind]}")
    return value


def _recorded(entry: Any, index: int, origins: Collection[str]) -> RecordedRequest:
    place = f"log.entries[{index}]"
    try:
        return _sendable(entry, index, origins)
    except _InvalidEntryError as error:
        request = entry.get("request") if isinstance(entry, dict) else None
        given = request if isinstance(request, dict) else {}
        return RecordedRequest(
            place=index + 1,
            method=str(given.get("method") or "?")[:_LONGEST_METHOD],
            target=str(given.get("url") or place)[:_LONGEST_TARGET],
            headers=(),
            body=None,
            status=0,
            response_body=None,
            credential=None,
            unsendable=str(error),
        )


def _sendable(entry: Any, index: int, origins: Collection[str]) -> RecordedRequest:
    place = f"log.entries[{index}]"
    request = _member(entry, "request", place, dict)
    at = f"{place}.request"
    url = _url(_member(request, "url", at, str))
    if url is None:
        raise _InvalidEntryError("is not an HTTP request")
    method = _member(request, "method", at, str)
    if method == "CONNECT":
        raise _InvalidEntryError("opened a tunnel through a proxy")
    if _origin(url) not in origins:
        raise _InvalidEntryError(f"was sent to another host: {url.netloc[:_LONGEST_TARGET]}")
    response = _member(entry, "response", place, dict)
    content = response.get("content")
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = [
        (_member(each, "name", f"{at}.headers", str), _member(each, "value", f"{at}.headers", str))
        for each in _member(request, "headers", at, list)
    ]
    status = _status(response, f"{place}.response")
    post = request.get("postData")
    post = post if isinstance(post, dict) else {}
    details = entry.get("_mockapi")
    authorization = next((value for name, value in headers if _is_authorization(name)), "")
    return RecordedRequest(
        place=index + 1,
        method=method,
        # Blanks and non-ASCII characters are encoded as by a browser.
        target=quote(target, safe=string.printable.strip(), errors="replace"),
        headers=[
            (name, value)
            for name, value in headers
            if name.lower() not in _NOT_SENT and not name.startswith(":") and REDACTED not in value
        ],
        body=_body(post),
        status=status,
        response_body=_response_body(content if isinstance(content, dict) else {}),
        credential=_credential(details) if REDACTED in authorization else None,
        unsendable=_unsendable(target, post, status, authorization),
        response_headers=_response_headers(response),
        started_at=str(entry.get("startedDateTime") or "") or None,
        customer=_credential(details).customer,
        authorization=authorization or None,
    )


def _response_headers(response: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    listed = response.get("headers")
    return [
        (each["name"], str(each.get("value") or ""))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]


def _url(text: str) -> SplitResult | None:
    """Return the parts of an HTTP URL; None for other URLs and texts."""
    try:
        url = urlsplit(text)
        is_http = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        return None
    return url if is_http else None


def _origin(url: SplitResult) -> str:
    port = url.port or (443 if url.scheme == "https" else 80)
    return f"{url.scheme}://{url.hostname}:{port}"


def _origins(entries: Sequence[Any]) -> Collection[str]:
    """Return the origins of requests to the APIs, or else the first origin.

    Requests of a browser to other hosts are not sent, because of their cookies and tokens.
    """
    urls = []
    for each in entries:
        request = each.get("request") if isinstance(each, dict) else None
        given = request.get("url") if isinstance(request, dict) else None
        url = _url(given) if isinstance(given, str) else None
        if url is not None:
            urls.append(url)
    found = {_origin(url) for url in urls if _API in url.path}
    return found or {_origin(url) for url in urls[:1]}


def _status(response: Mapping[str, Any], place: str) -> int:
    """Return the status, which some tools write as text or with a decimal point."""
    given = response.get("status")
    if isinstance(given, str) and given.isdecimal():
        return int(given)
    if isinstance(given, float) and given.is_integer():
        return int(given)
    status: int = _member(response, "status", place, int)
    return status


def _body(post: Mapping[str, Any]) -> bytes | None:
    """Return the body of the request: the text, or else a form of the parameters."""
    text = post.get("text")
    if text and post.get("encoding") == "base64":
        try:
            return base64.b64decode(str(text), validate=True)
        except ValueError as error:
            raise _InvalidEntryError("its body is not base64") from error
    if text:
        return str(text).encode("utf-8", "surrogatepass")
    pairs = _params(post)
    if not pairs:
        return None
    if not str(post.get("mimeType", "")).lower().startswith(_FORM):
        raise _InvalidEntryError("its body was not recorded, only its parts")
    return urlencode(pairs).encode()


def _params(post: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    params = post.get("params")
    return [
        (each["name"], str(each.get("value") or ""))
        for each in (params if isinstance(params, list) else ())
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    ]


def _is_authorization(name: str) -> bool:
    return name.lower() == "authorization"


def _response_body(content: Mapping[str, Any]) -> str | None:
    text = content.get("text")
    if not isinstance(text, str) or content.get("comment"):
        return None
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None


def _credential(details: Any) -> Credential:
    given = details if isinstance(details, dict) else {}

    def text(name: str) -> str | None:
        value = given.get(name)
        return value if isinstance(value, str) else None

    is_personal = text("token_kind") == "personal"
    return Credential(text("client"), text("customer"), text("scope"), is_personal)


def _unsendable(
    target: str, post: Mapping[str, Any], status: int, authorization: str
) -> str | None:
    if status == 0:
        return "has no response to compare with"
    if REDACTED in target or REDACTED in str(post.get("text")) or REDACTED in str(_params(post)):
        return "contains redacted credentials"
    if REDACTED in authorization and not authorization.lower().startswith("bearer "):
        return "contains redacted credentials"
    return "its body was not recorded completely" if post.get("comment") else None
