"""Requests to an ASGI app without a socket."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

_EVENTS = b"text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class AsgiResponse:
    """Response of an ASGI app."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class EndlessResponseError(Exception):
    """The response is a stream of events, which does not end."""


async def fetch(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes = b"",
) -> AsgiResponse:
    """Send one request to *app* and return its response. *path* may contain a query.

    Raise `EndlessResponseError` for a stream of events.
    """
    # Not `urlsplit`, because it parses text after `//` as a host.
    route, _, query = path.partition("#")[0].partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(route),
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"mockapi"),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    started: Message = {}
    pieces: list[bytes] = []

    is_body_sent = False

    async def receive() -> Message:
        nonlocal is_body_sent
        if is_body_sent:
            # The client never disconnects. An app that waits for it is cancelled at the end.
            await asyncio.Event().wait()
        is_body_sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
            if (b"content-type", _EVENTS) in message["headers"]:
                raise EndlessResponseError
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    listed = [(name.decode(), value.decode()) for name, value in started["headers"]]
    return AsgiResponse(started["status"], listed, b"".join(pieces))
