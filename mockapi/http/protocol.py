"""uvicorn's HTTP protocols, with the connection in each scope, a `Date` header and more checks."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import unquote

from starlette.types import Message, Receive, Scope, Send
from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.importer import import_from_string

from mockapi.domain.clock import SystemClock
from mockapi.faults.responses import problem_response
from mockapi.http.shutdown import ServerConnection, ShutdownSignal, put_connection
from mockapi.settings import HttpParser

MAX_HEAD_BYTES = 131_072
"""Maximum size of an unfinished head or trailer; httptools by itself would collect it all."""


def protocol_of(parser: HttpParser, host: str, shutdown: ShutdownSignal) -> type[asyncio.Protocol]:
    """Return the protocol of *parser* for a server that listens on *host*.

    The scopes of its requests have the server's *shutdown* signal.
    """
    # Imported by name, because a server uses one of the two.
    protocol = import_from_string(HTTP_PROTOCOLS[parser.value])
    mixins = (
        (_ServerProtocol,) if parser is HttpParser.H11 else (_HttpToolsAdapter, _ServerProtocol)
    )
    members = {"server_host": host, "shutdown_signal": shutdown}
    return type(f"{parser.capitalize()}ServerProtocol", (*mixins, protocol), members)


class _ServerProtocol(asyncio.Protocol):
    """Mixin that adds the connection to each request's scope, for network faults and streams.

    For uvicorn's protocols of both parsers, which both store the app in `app`.
    """

    app: Any
    cycle: Any
    transport: asyncio.Transport
    server_host: str
    shutdown_signal: ShutdownSignal

    def _unsupported_upgrade_warning(self) -> None:
        """Suppress the warning: Java's client offers HTTP/2 in each request but works without."""

    def send_400_response(self, msg: str) -> None:
        """Reject input that cannot be parsed, and stop the running request of the connection.

        The response is a problem; uvicorn by itself would send plain text.
        """
        running = self.cycle
        if running is None or not running.response_started or running.response_complete:
            problem = problem_response(400, "Bad Request", msg).with_header("connection", "close")
            lines = [name + b": " + value for name, value in problem.headers]
            head = b"\r\n".join([b"HTTP/1.1 400 Bad Request", *lines])
            self.transport.write(head + b"\r\n\r\n" + problem.body)
        self.transport.close()
        if running is not None:
            running.disconnected = True
            running.message_event.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        joining = _JoiningTransport(cast("asyncio.Transport", transport))
        socket_transport = cast("asyncio.Transport", joining)
        super().connection_made(socket_transport)
        app = self.app
        connection = ServerConnection(socket_transport, self.server_host, self.shutdown_signal)

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_message(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _add_date_header(message)
                    joining.hold_next()
                await send(message)

            if _has_both_lengths(scope["headers"]):
                await _BOTH_LENGTHS.send(send_message)
                return
            put_connection(scope, connection)
            try:
                await app(scope, receive, send_message)
            except asyncio.CancelledError:
                # The server stops after its grace period. A closed connection is a better signal
                # to the client than a response with status 500.
                socket_transport.abort()
                # Cancelled again if the loop ends at this point.
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0)

        self.app = with_connection


class _JoiningTransport:
    """A transport that writes the head of a response together with the start of its body.

    uvicorn writes them separately, and a second system call takes as long as most handlers do. The
    head waits until the event loop continues, so a body that comes later does not delay it.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._write = transport.write
        self._call_soon = asyncio.get_running_loop().call_soon
        self._transport = transport
        self._holds_next = False
        self._head = b""
        # Not by `__getattr__`, which is slower.
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def hold_next(self) -> None:
        """Hold the next data until more is written or the event loop continues."""
        self._holds_next = True

    def write(self, data: bytes) -> None:
        if self._holds_next:
            self._holds_next = False
            self._head = data
            self._call_soon(self._flush)
        elif self._head:
            head, self._head = self._head, b""
            self._write(head + data)
        else:
            self._write(data)

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._write(head)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._flush()
        self._transport.abort()


class _HttpToolsAdapter(asyncio.Protocol):
    """Mixin for httptools: bounds head and trailer, and keeps targets that are not paths.

    uvicorn by itself would add the fields of a trailer to the headers, and drop the host of a
    target in absolute form.
    """

    scope: Any
    url: bytes
    send_400_response: Any
    _unfinished_bytes = 0
    """What arrived since the last complete head, body data or end of a request."""

    def data_received(self, data: bytes) -> None:
        self._unfinished_bytes += len(data)
        super().data_received(data)
        if self._unfinished_bytes > MAX_HEAD_BYTES:
            self.send_400_response("The head or the trailer of the request is too long.")

    def on_header(self, name: bytes, value: bytes) -> None:
        # uvicorn sets the path when the head is complete. Fields of a trailer are not headers
        # (RFC 9110 section 6.5.1).
        if "path" not in self.scope:
            super().on_header(name, value)  # type: ignore[misc]

    def on_body(self, body: bytes) -> None:
        self._unfinished_bytes = 0
        super().on_body(body)  # type: ignore[misc]

    def on_message_complete(self) -> None:
        self._unfinished_bytes = 0
        super().on_message_complete()  # type: ignore[misc]

    def on_headers_complete(self) -> None:
        self._unfinished_bytes = 0
        target = self.url
        if target.startswith(b"/"):
            super().on_headers_complete()  # type: ignore[misc]
            return
        self.url = b"/"
        super().on_headers_complete()  # type: ignore[misc]
        # As with h11; the request starts after the parser returns.
        path, _, query = target.partition(b"?")
        self.scope["path"] = unquote(path.decode("latin-1"))
        self.scope["raw_path"], self.scope["query_string"] = path, query


_LENGTHS = (b"content-length", b"transfer-encoding")

# Such a request may be request smuggling, so the connection is closed (RFC 9112 section 6.1).
_BOTH_LENGTHS = problem_response(
    400,
    "Bad Request",
    "Content-Length and Transfer-Encoding exclude each other. Send only one of them.",
).with_header("connection", "close")


def _has_both_lengths(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return True if *headers* give the body length twice; httptools rejects it, h11 does not."""
    given = None
    # A loop, because a comprehension is slower.
    for name, _ in headers:
        if name in _LENGTHS:
            if given not in (None, name):
                return True
            given = name
    return False


class _DateHeader:
    """The `Date` header of the system clock, formatted once per second."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._second = 0
        self._line = (b"date", b"")

    def line(self) -> tuple[bytes, bytes]:
        now = self._clock.now()
        second = int(now.timestamp())
        if second != self._second:
            # The line first, because servers in other threads read it.
            self._line = (b"date", format_datetime(now, usegmt=True).encode())
            self._second = second
        return self._line


_DATE = _DateHeader()


def _add_date_header(message: Message) -> None:
    """Add a `Date` header to *message*, unless it has one; uvicorn would always add one."""
    headers = message.get("headers", ())
    # A loop, because a generator expression is slower.
    for line in headers:
        if line[0] == b"date":
            return
    message["headers"] = [_DATE.line(), *headers]
