"""Reads a session from a HAR file: what was asked, and what it was answered."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LARGEST_FILE = 64 * 1024 * 1024
HIDDEN = "…"
"""By this a redacted credential is known."""

_NOT_SENT = frozenset({"host", "content-length", "connection", "transfer-encoding", "keep-alive"})


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
    """Return the requests in the HAR file *path*, in their order; raises `SessionUnreadable`."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SessionUnreadable(f"{path}: {size} bytes are more than {LARGEST_FILE}.")
        tree = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SessionUnreadable(f"{path}: is not JSON in UTF-8: {error}") from error
    except OSError as error:
        raise SessionUnreadable(f"{path}: {error.strerror}") from error
    try:
        entries = _member(_member(tree, "log", "", dict), "entries", "log", list)
        return [_recorded(each, index) for index, each in enumerate(entries)]
    except _Misplaced as error:
        raise SessionUnreadable(f"{path}: {error}") from error


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


def _recorded(entry: Any, index: int) -> Recorded:
    place = f"log.entries[{index}]"
    request = _member(entry, "request", place, dict)
    response = _member(entry, "response", place, dict)
    at = f"{place}.request"
    url = urlsplit(_member(request, "url", at, str))
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    headers = [
        (_member(each, "name", f"{at}.headers", str), _member(each, "value", f"{at}.headers", str))
        for each in _member(request, "headers", at, list)
    ]
    content = _member(response, "content", f"{place}.response", dict)
    status = _member(response, "status", f"{place}.response", int)
    post = request.get("postData")
    post = post if isinstance(post, dict) else {}
    told = entry.get("_mockapi")
    authorization = next((value for name, value in headers if _is_authorization(name)), "")
    return Recorded(
        place=index + 1,
        method=_member(request, "method", at, str),
        target=target,
        headers=[
            (name, value)
            for name, value in headers
            if name.lower() not in _NOT_SENT and not name.startswith(":") and HIDDEN not in value
        ],
        body=str(post["text"]).encode() if post.get("text") else None,
        status=status,
        answer=_answer(content),
        credential=_credential(told) if HIDDEN in authorization else None,
        unsendable=_unsendable(target, post, status, authorization),
    )


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
    if HIDDEN in target or HIDDEN in str(post.get("text")):
        return "holds redacted credentials"
    if HIDDEN in authorization and not authorization.lower().startswith("bearer "):
        return "holds redacted credentials"
    return "its body was not kept whole" if post.get("comment") else None
