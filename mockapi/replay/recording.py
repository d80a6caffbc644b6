"""Reads a session from a HAR file: what was asked, and what it was answered."""

import base64
import json
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from mockapi.domain.input_text import UnreadableFileError, read_utf8

LARGEST_FILE = 64 * 1024 * 1024
HIDDEN = "…"
"""By this a redacted credential is known."""

_API = "/ecostruxure/"
_FORM = "application/x-www-form-urlencoded"
_LONGEST_METHOD = 20
_LONGEST_TARGET = 200
_NOT_SENT = frozenset(
    {"", "host", "content-length", "connection", "transfer-encoding", "keep-alive"}
)


class SessionUnreadable(Exception):
    """The file is no HAR file, or one too large; the message names the place."""


@dataclass(frozen=True)
class Credential:
    """Whose token was used; None where the session does not say."""

    client: str | None = None
    customer: str | None = None
    scope: str | None = None
    is_personal: bool = False


@dataclass(frozen=True)
class Recorded:
    """One request of the session and its answer."""

    place: int
    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None
    status: int
    answer: str | None
    """The answer's body; None where it was not kept whole."""
    credential: Credential | None
    """Whose token to use for the redacted one; None where none was redacted."""
    unsendable: str | None
    """Why the request cannot be sent again."""

    @property
    def was_let_in(self) -> bool:
        return self.status != HTTPStatus.UNAUTHORIZED


def read_session(path: Path) -> Sequence[Recorded]:
    """Return the requests in the HAR file *path*, in their order.

    An entry that cannot be sent says why. Raise `SessionUnreadable` for a file that is not HAR.
    """
    try:
        tree = json.loads(read_utf8(path, LARGEST_FILE))
    except UnreadableFileError as error:
        raise SessionUnreadable(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SessionUnreadable(f"{path}: is not JSON: {error}") from error
    try:
        entries = _member(_member(tree, "log", "", dict), "entries", "log", list)
    except _Misplaced as error:
        raise SessionUnreadable(f"{path}: {error}") from error
    origins = _origins(entries)
    return [_recorded(each, index, origins) for index, each in enumerate(entries)]


class _Misplaced(Exception):
    pass


def _member(tree: Any, name: str, place: str, kind: type) -> Any:
    at = f"{place}.{name}" if place else name
    if not isinstance(tree, dict) or name not in tree:
        raise _Misplaced(f"{at}: is missing; is this a HAR file?")
    value = tree[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _Misplaced(f"{at}: should be of type {kind.__name__}")
    return value


def _recorded(entry: Any, index: int, origins: Collection[str]) -> Recorded:
    place = f"log.entries[{index}]"
    try:
        return _sendable(entry, index, origins)
    except _Misplaced as error:
        request = entry.get("request") if isinstance(entry, dict) else None
        stated = request if isinstance(request, dict) else {}
        return Recorded(
            place=index + 1,
            method=str(stated.get("method") or "?")[:_LONGEST_METHOD],
            target=str(stated.get("url") or place)[:_LONGEST_TARGET],
            headers=(),
            body=None,
            status=0,
            answer=None,
            credential=None,
            unsendable=str(error),
        )


def _sendable(entry: Any, index: int, origins: Collection[str]) -> Recorded:
    place = f"log.entries[{index}]"
    request = _member(entry, "request", place, dict)
    at = f"{place}.request"
    url = _url(_member(request, "url", at, str))
    if url is None:
        raise _Misplaced("is not an HTTP request")
    method = _member(request, "method", at, str)
    if method == "CONNECT":
        raise _Misplaced("opened a tunnel through a proxy")
    if _origin(url) not in origins:
        raise _Misplaced(f"was sent to another host: {url.netloc[:_LONGEST_TARGET]}")
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
    told = entry.get("_mockapi")
    authorization = next((value for name, value in headers if _is_authorization(name)), "")
    return Recorded(
        place=index + 1,
        method=method,
        # Blanks and letters beyond ASCII go on the wire as a browser sends them.
        target=quote(target, safe=string.printable.strip()),
        headers=[
            (name, value)
            for name, value in headers
            if name.lower() not in _NOT_SENT and not name.startswith(":") and HIDDEN not in value
        ],
        body=_body(post),
        status=status,
        answer=_answer(content if isinstance(content, dict) else {}),
        credential=_credential(told) if HIDDEN in authorization else None,
        unsendable=_unsendable(target, post, status, authorization),
    )


def _url(text: str) -> SplitResult | None:
    """Return the parts of an HTTP address; None for `data:`, `ws:` and what is not a URL."""
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
    """Return the origins of the APIs: those that were asked for one of its paths, or the first.

    A browser's session holds requests to other hosts, whose cookies and tokens stay there.
    """
    urls = []
    for each in entries:
        request = each.get("request") if isinstance(each, dict) else None
        stated = request.get("url") if isinstance(request, dict) else None
        url = _url(stated) if isinstance(stated, str) else None
        if url is not None:
            urls.append(url)
    found = {_origin(url) for url in urls if _API in url.path}
    return found or {_origin(url) for url in urls[:1]}


def _status(response: Mapping[str, Any], place: str) -> int:
    """Return the status, which some tools write as text or with a fraction."""
    stated = response.get("status")
    if isinstance(stated, str) and stated.isdecimal():
        return int(stated)
    if isinstance(stated, float) and stated.is_integer():
        return int(stated)
    status: int = _member(response, "status", place, int)
    return status


def _body(post: Mapping[str, Any]) -> bytes | None:
    """Return what was posted: the text, or else the form that the parameters are."""
    text = post.get("text")
    if text and post.get("encoding") == "base64":
        try:
            return base64.b64decode(str(text), validate=True)
        except ValueError as error:
            raise _Misplaced("its body is not base64, as it says") from error
    if text:
        return str(text).encode("utf-8", "surrogatepass")
    pairs = _params(post)
    if not pairs:
        return None
    if not str(post.get("mimeType", "")).lower().startswith(_FORM):
        raise _Misplaced("its body was not kept, only the parts of it")
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


def _answer(content: Mapping[str, Any]) -> str | None:
    text = content.get("text")
    if not isinstance(text, str) or content.get("comment"):
        return None
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None


def _credential(told: Any) -> Credential:
    stated = told if isinstance(told, dict) else {}

    def text(name: str) -> str | None:
        value = stated.get(name)
        return value if isinstance(value, str) else None

    is_personal = text("token_kind") == "personal"
    return Credential(text("client"), text("customer"), text("scope"), is_personal)


def _unsendable(
    target: str, post: Mapping[str, Any], status: int, authorization: str
) -> str | None:
    if status == 0:
        return "had no answer to compare with"
    if HIDDEN in target or HIDDEN in str(post.get("text")) or HIDDEN in str(_params(post)):
        return "holds redacted credentials"
    if HIDDEN in authorization and not authorization.lower().startswith("bearer "):
        return "holds redacted credentials"
    return "its body was not kept whole" if post.get("comment") else None
