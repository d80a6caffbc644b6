"""Runs an app on a socket: in the foreground, or in a thread beside a test."""

import asyncio
import errno
import logging
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from email.utils import format_datetime
from threading import Event, Thread
from typing import Any, Literal, cast

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import LOGGING_CONFIG
from uvicorn.protocols.http.h11_impl import H11Protocol

from mockapi.domain.clock import SystemClock, steady
from mockapi.faults.responses import problem_response
from mockapi.http.exhaustion import limit_accept_errors
from mockapi.http.shutdown import (
    DRAIN_SECONDS,
    SHUTDOWN_SECONDS,
    ServerConnection,
    Shutdown,
    ShutdownSignal,
    put_connection,
)


class CannotListen(Exception):
    """An address cannot be had; *change* says which part of it to choose anew."""

    def __init__(self, message: str, change: Literal["host", "port"]) -> None:
        super().__init__(message)
        self.change = change


_WRONG_HOST = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on *host* and *port*; port 0 picks a free one.

    Raises `CannotListen` when the address is in use or not this machine's.
    """
    try:
        return _listen(host, port)
    except (OSError, UnicodeError) as error:
        is_about_host = not isinstance(error, OSError) or (
            isinstance(error, socket.gaierror) or error.errno in _WRONG_HOST
        )
        reason = error.strerror if isinstance(error, OSError) else "This is no name of a host"
        raise CannotListen(
            f"Cannot listen on {host}:{port}: {reason}.", "host" if is_about_host else "port"
        ) from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off for IPPROTO_TCP
    # alone: without it every answer on a kept connection waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, UnicodeError):
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address that a client on this machine reaches *listener* by."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _dated(app: ASGIApp) -> ASGIApp:
    """Return *app* with a header `Date` by the system's clock, where it wrote none itself.

    uvicorn would write one whatever the app did, and the answer would have two.
    """
    clock = SystemClock()
    second, date = 0, b""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            nonlocal second, date
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                if all(name != b"date" for name, _ in headers):
                    now = clock.now()
                    if int(now.timestamp()) != second:
                        second = int(now.timestamp())
                        date = format_datetime(now, usegmt=True).encode()
                    message["headers"] = [(b"date", date), *headers]
            await send(message)

        await app(scope, receive, send_dated)

    return answering


_BOTH_LENGTHS = {b"content-length", b"transfer-encoding"}


def _unambiguous(app: ASGIApp) -> ASGIApp:
    """Return *app* behind a refusal of requests that state the end of their body in two ways.

    Such a request may hide another one, so the connection is closed (RFC 9112 section 6.1).
    httptools refuses it by itself, h11 does not.
    """

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        stated = {name for name, _ in scope["headers"] if name in _BOTH_LENGTHS}
        if scope["type"] != "http" or stated != _BOTH_LENGTHS:
            await app(scope, receive, send)
            return
        detail = "Content-Length and Transfer-Encoding exclude each other. Send one of them."
        refusal = problem_response(400, "Bad Request", detail).with_header("connection", "close")
        await refusal.send(send)

    return answering


class _DescribesItsConnection(asyncio.Protocol):
    """Leaves the connection in each request's scope, for faults below HTTP and for streams.

    A mixin over uvicorn's protocol of either parser, which both keep their app in `app`.
    """

    app: Any
    cycle: Any
    transport: asyncio.Transport
    server_host: str
    shutdown_signal: ShutdownSignal

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: Java's client offers HTTP/2 with each request, and goes on without it."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be parsed; the request that is running is answered no more."""
        running = self.cycle
        if running is None or not running.response_started or running.response_complete:
            super().send_400_response(msg)  # type: ignore[misc]
        else:
            self.transport.close()
        if running is not None:
            running.disconnected = True
            running.message_event.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        app = self.app
        socket_transport = cast("asyncio.Transport", transport)
        connection = ServerConnection(socket_transport, self.server_host, self.shutdown_signal)

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            put_connection(scope, connection)
            try:
                await app(scope, receive, send)
            except asyncio.CancelledError:
                # The server ends, and has waited for long enough. A connection that closes tells
                # a client more truly than an answer that says 500.
                socket_transport.abort()
                # Cancelled once more if the loop ends meanwhile.
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0)

        self.app = with_connection


def _describing(
    protocol: type[asyncio.Protocol], host: str, shutdown: ShutdownSignal
) -> type[asyncio.Protocol]:
    """Return *protocol* as one whose requests know the *host* and *shutdown* of their server."""
    return type(
        protocol.__name__,
        (_DescribesItsConnection, protocol),
        {"server_host": host, "shutdown_signal": shutdown},
    )


class _Server(uvicorn.Server):
    """A server that says when it is ready, so that nobody has to poll."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        protocol: type[asyncio.Protocol] = H11Protocol,
        log: Mapping[str, Any] | None = None,
    ) -> None:
        self._shutdown = ShutdownSignal()
        super().__init__(
            uvicorn.Config(
                _dated(_unambiguous(app)),
                http=_describing(protocol, host, self._shutdown),
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                log_config=LOGGING_CONFIG if log is None else dict(log),
                log_level="warning" if log is None else None,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        )
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        limit_accept_errors(loop)
        if isinstance(loop, asyncio.BaseEventLoop):
            # A test that freezes time would stop, or skip, all pauses of the server's thread.
            loop.time = steady  # type: ignore[method-assign]
        await super().startup(sockets)
        self.ready.set()

    def stop(self) -> None:
        """Finish the running requests and return from `run`."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the process: uvicorn would take them later, and raise them again."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams end first: the server waits for open answers.
        self._shutdown.set()
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    shutdown: Shutdown,
    log: Mapping[str, Any] | None = None,
) -> None:
    """Answer on *listener* until *shutdown* begins; open requests are finished first.

    *log* is what `logging.config` takes, uvicorn's own if unset.
    """
    server = _Server(app, listener.getsockname()[0], log=log)
    with shutdown.stopping(server.stop):
        server.run([listener])


@contextmanager
def serve_in_thread(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    protocol: type[asyncio.Protocol] = H11Protocol,
) -> Generator[str]:
    """Serve *app* in a thread and yield its address; port 0 picks a free one.

    *protocol* is uvicorn's for HTTP: with h11, which is always there, so that the same bytes go
    out on every machine, or its `HttpToolsProtocol`. The app's world stays open. Raises
    `CannotListen` when the address cannot be had.
    """
    listener = bind(host, port)
    server = _Server(app, listener.getsockname()[0], protocol)
    # The server closes the listener when it ends.
    thread = Thread(target=server.run, args=([listener],), name="mockapi", daemon=True)
    thread.start()
    server.ready.wait(timeout=30)
    try:
        yield url_of(listener)
    finally:
        server.stop()
        thread.join(timeout=SHUTDOWN_SECONDS)
        if thread.is_alive():
            logging.getLogger("mockapi").warning(
                "The server did not stop within %d seconds. Its thread ends when its running "
                "computation does.",
                SHUTDOWN_SECONDS,
            )
