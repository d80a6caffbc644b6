"""Buffered responses and request bodies, for faults that read or change them."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


_NO_LINGER = struct.pack("ii", 1, 0)


class Connection:
    """The connection of one request; *before_close* is called before it is used or closed."""

    def __init__(
        self, transport: asyncio.Transport, receive: Receive, before_close: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._receive = receive
        self._before_close = before_close

    def write(self, data: bytes) -> None:
        """Write bytes directly to the socket, in addition to what the server writes."""
        self._before_close()
        self._transport.write(data)

    async def close(self) -> None:
        """Read the rest of the request, then close the connection after what is written so far."""
        # Unread bytes of the request would cause a reset.
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
        await self.close_unread()

    async def close_unread(self) -> None:
        """Close the connection after what is written so far, without reading the request."""
        self._before_close()
        self._transport.close()
        await self._wait_for_disconnect()

    async def reset(self) -> None:
        """Reset the connection: the client sees ECONNRESET."""
        self._before_close()
        # The client may have closed the connection first, for example during a delay.
        if not self._transport.is_closing():
            line = self._transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()
        await self._wait_for_disconnect()

    async def _wait_for_disconnect(self) -> None:
        # Until the server knows of the disconnect, it would log a missing response.
        while (await self._receive())["type"] != "http.disconnect":
            pass


_LENGTH = b"content-length"

BREAK = "mockapi.break"
"""Type of the message that asks to close the connection; its `close` does it.

A fault sends it instead of closing the connection itself, so that outer faults still run.
"""

CloseAction = Callable[[], Awaitable[None]]

_CHUNK = 500
"""Number of list items that are encoded at once."""

_NO_STATUS = 0
"""Status of a response that is dropped before it starts."""


@dataclass(frozen=True)
class BufferedResponse:
    """A complete response that was not sent yet: status, header lines and body.

    *close* closes the connection after the body; None for a response that ends normally.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    close: CloseAction | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether the connection is closed before the response starts."""
        return self.status == _NO_STATUS

    def with_header(self, name: str, value: str) -> Self:
        """Return a copy with one header line, which replaces those of the same name."""
        line = (name.lower().encode(), value.encode())
        kept = [each for each in self.headers if each[0].lower() != line[0]]
        return replace(self, headers=[line, *kept])

    def with_body(self, body: bytes) -> Self:
        """Return a copy with another body and, if it had one, the right `Content-Length`.

        If the connection is closed after the body, the length is left as it is.
        """
        if self.close is not None:
            return replace(self, body=body)
        headers = [
            (name, str(len(body)).encode() if name.lower() == _LENGTH else value)
            for name, value in self.headers
        ]
        return replace(self, headers=headers, body=body)

    def json(self) -> Any:
        """Return the decoded body. Raise `ValueError` for an error response or invalid JSON."""
        if not 200 <= self.status < 300:  # noqa: PLR2004
            raise ValueError("An error response has no data.")
        return json.loads(self.body)

    def with_json(self, value: Any) -> Self:
        """Return a copy with *value* as its body, as compact JSON."""
        return self.with_body(compact_json(value))

    async def send(self, send: Send) -> None:
        if not self.is_dropped:
            await send(self.start())
            await send(
                {
                    "type": "http.response.body",
                    "body": self.body,
                    "more_body": self.close is not None,
                }
            )
        await self.finish(send)

    async def finish(self, send: Send) -> None:
        """Ask to close the connection if the response does not end normally."""
        if self.close is not None:
            await send({"type": BREAK, "close": self.close})

    def start(self) -> Message:
        """Return the ASGI message that starts this response."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": list(self.headers),
        }


def compact_json(value: Any) -> bytes:
    """Return *value* as compact JSON."""
    if isinstance(value, list) and len(value) > _CHUNK:
        # In chunks, because other threads wait while one is encoded.
        chunks = (value[place : place + _CHUNK] for place in range(0, len(value), _CHUNK))
        return b"[%b]" % b",".join(compact_json(each)[1:-1] for each in chunks)
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def dropped_response(close: CloseAction) -> BufferedResponse:
    """Return a response of which nothing is sent: *close* closes the connection instead."""
    return BufferedResponse(_NO_STATUS, (), b"", close)


def close_on_break(send: Send) -> Send:
    """Return a `send` that executes `BREAK` messages and passes on all others."""

    async def send_or_close(message: Message) -> None:
        if message["type"] == BREAK:
            await message["close"]()
        else:
            await send(message)

    return send_or_close


def problem_response(status: int, title: str, detail: str) -> BufferedResponse:
    """Return problem details (RFC 9457) of mockapi itself; the two APIs never send them."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = [(b"content-type", b"application/problem+json")]
    return BufferedResponse(status, headers, json.dumps(body, separators=(",", ":")).encode())


async def capture_response(app: App, scope: Scope, receive: Receive) -> BufferedResponse:
    """Run *app* and return its complete response."""
    started: Message = {"status": _NO_STATUS, "headers": ()}
    pieces: list[bytes] = []
    close: CloseAction | None = None

    async def capture(message: Message) -> None:
        nonlocal close
        if message["type"] == "http.response.start":
            started.update(message)
        elif message["type"] == BREAK:
            close = message["close"]
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, capture)
    return BufferedResponse(started["status"], list(started["headers"]), b"".join(pieces), close)


async def read_body(receive: Receive, limit: int) -> tuple[bytes, Receive]:
    """Return the request's body and a `receive` that returns it again.

    A body longer than *limit* bytes is returned up to there; `receive` then reads the rest.
    """
    pieces: list[bytes] = []
    size = 0
    is_complete = False
    while not is_complete and size <= limit:
        message = await receive()
        if message["type"] != "http.request":
            break
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        is_complete = not message.get("more_body", False)
    body = b"".join(pieces)
    return body, replay_body(body, receive, is_complete=is_complete)


def replay_body(body: bytes, receive: Receive, *, is_complete: bool = True) -> Receive:
    """Return a `receive` that returns *body* first and then calls *receive*."""
    was_replayed = False

    async def replay() -> Message:
        nonlocal was_replayed
        if was_replayed:
            return await receive()
        was_replayed = True
        return {"type": "http.request", "body": body, "more_body": not is_complete}

    return replay
