"""Asks an ASGI app one thing without a socket."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class AsgiResponse:
    """What the app answered."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


async def fetch(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str],
    *,
    method: str = "GET",
    body: bytes = b"",
) -> AsgiResponse:
    """Return the app's answer to *method* on *path*, which may carry a query."""
    # Not by `urlsplit`, which takes what follows two slashes for a host.
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

    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            # The client never goes away; an app that waits for that is cancelled when done.
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    listed = [(name.decode(), value.decode()) for name, value in started["headers"]]
    return AsgiResponse(started["status"], listed, b"".join(pieces))
