"""Holds whole answers and whole request bodies, for faults that look at them or change them."""

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


_LINGER_NOT = struct.pack("ii", 1, 0)


class Connection:
    """The connection of one request; *ending* is called before any of it is broken."""

    def __init__(
        self, transport: asyncio.Transport, receive: Receive, ending: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._receive = receive
        self._ending = ending

    def write(self, data: bytes) -> None:
        """Put bytes on the line beside what the server writes."""
        self._ending()
        self._transport.write(data)

    async def close(self) -> None:
        """End the connection in order, after what is written so far."""
        # Unread bytes of the request would turn the end into a reset.
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
        await self.close_midway()

    async def close_midway(self) -> None:
        """End the connection after what is written so far; the request was read before."""
        self._ending()
        self._transport.close()
        await self._gone()

    async def reset(self) -> None:
        """Break the connection off: the client sees ECONNRESET."""
        self._ending()
        line = self._transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()
        await self._gone()

    async def _gone(self) -> None:
        # The server complains of an answer that does not come, unless it knows why.
        while (await self._receive())["type"] != "http.disconnect":
            pass


_LENGTH = b"content-length"

BREAK = "mockapi.break"
"""Type of the message that ends the connection after what was sent; its `how` does it.

A fault sends it instead of touching the connection, so that the faults around it have their turn.
"""

CloseAction = Callable[[], Awaitable[None]]

_CHUNK = 500
"""Items of a list that are encoded at once."""

_NONE = 0
"""In the place of a status where there is no answer."""


@dataclass(frozen=True)
class BufferedResponse:
    """A status, header lines and a body, none of it sent yet.

    *ending* is how the connection breaks after the body; None where the answer ends in order.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    ending: CloseAction | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether the connection breaks before any of it."""
        return self.status == _NONE

    def with_header(self, name: str, value: str) -> Self:
        """Return this answer with one header line, instead of those of the same name."""
        line = (name.lower().encode(), value.encode())
        kept = [each for each in self.headers if each[0].lower() != line[0]]
        return replace(self, headers=[line, *kept])

    def with_body(self, body: bytes) -> Self:
        """Return this answer with another body, and a true length where one was told.

        Where the connection breaks, the length that was promised stays promised.
        """
        if self.ending is not None:
            return replace(self, body=body)
        headers = [
            (name, str(len(body)).encode() if name.lower() == _LENGTH else value)
            for name, value in self.headers
        ]
        return replace(self, headers=headers, body=body)

    def json(self) -> Any:
        """Return what the body says; raise `ValueError` where it is no JSON of a success."""
        if not 200 <= self.status < 300:  # noqa: PLR2004
            raise ValueError("A refusal holds no data.")
        return json.loads(self.body)

    def with_json(self, value: Any) -> Self:
        """Return this answer with *value* as its body, compact as the APIs write it."""
        return self.with_body(compact_json(value))

    async def send(self, send: Send) -> None:
        if not self.is_dropped:
            await send(self.start())
            await send(
                {
                    "type": "http.response.body",
                    "body": self.body,
                    "more_body": self.ending is not None,
                }
            )
        await self.end(send)

    async def end(self, send: Send) -> None:
        """Break the connection where the answer does not end in order."""
        if self.ending is not None:
            await send({"type": BREAK, "how": self.ending})

    def start(self) -> Message:
        """Return the message that opens this answer."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": list(self.headers),
        }


def compact_json(value: Any) -> bytes:
    """Return *value* as compact JSON."""
    if isinstance(value, list) and len(value) > _CHUNK:
        # In pieces: other threads wait while one of them is encoded.
        chunks = (value[place : place + _CHUNK] for place in range(0, len(value), _CHUNK))
        return b"[%b]" % b",".join(compact_json(each)[1:-1] for each in chunks)
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def dropped_response(how: CloseAction) -> BufferedResponse:
    """Return an answer of which nothing comes: *how* ends the connection before."""
    return BufferedResponse(_NONE, (), b"", how)


def close_on_break(send: Send) -> Send:
    """Return a `send` that breaks the connection when told to, and else does as *send*."""

    async def told(message: Message) -> None:
        if message["type"] == BREAK:
            await message["how"]()
        else:
            await send(message)

    return told


def problem_response(status: int, title: str, detail: str) -> BufferedResponse:
    """Return a refusal of mockapi itself, after RFC 9457; the two APIs never send this type."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    headers = [(b"content-type", b"application/problem+json")]
    return BufferedResponse(status, headers, json.dumps(body, separators=(",", ":")).encode())


async def capture_response(app: App, scope: Scope, receive: Receive) -> BufferedResponse:
    """Return *app*'s whole answer."""
    started: Message = {"status": _NONE, "headers": ()}
    pieces: list[bytes] = []
    ending: CloseAction | None = None

    async def keep(message: Message) -> None:
        nonlocal ending
        if message["type"] == "http.response.start":
            started.update(message)
        elif message["type"] == BREAK:
            ending = message["how"]
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, keep)
    return BufferedResponse(started["status"], list(started["headers"]), b"".join(pieces), ending)


async def read_body(receive: Receive, limit: int) -> tuple[bytes, Receive]:
    """Return the request's body and a `receive` that tells it again, as often as asked.

    What is longer than *limit* bytes is told on as it comes, and only once.
    """
    pieces: list[bytes] = []
    size = 0
    ended = False
    while not ended and size <= limit:
        message = await receive()
        if message["type"] != "http.request":
            break
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        ended = not message.get("more_body", False)
    body = b"".join(pieces)
    return body, replay_body(body, receive, ended=ended)


def replay_body(body: bytes, receive: Receive, *, ended: bool = True) -> Receive:
    """Return a `receive` that tells *body* first and then goes on as *receive* does."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": not ended}

    return again
