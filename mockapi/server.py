"""HTTP server for an ASGI app, in the foreground or in a thread."""

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


class BindError(Exception):
    """The server cannot listen on an address; *change* is the part of it to change."""

    def __init__(self, message: str, change: Literal["host", "port"]) -> None:
        super().__init__(message)
        self.change = change


_WRONG_HOST = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on *host* and *port*; port 0 picks a free one.

    Raise `BindError` if the address is in use or does not belong to this machine.
    """
    try:
        return _listen(host, port)
    except (OSError, UnicodeError) as error:
        is_about_host = not isinstance(error, OSError) or (
            isinstance(error, socket.gaierror) or error.errno in _WRONG_HOST
        )
        reason = error.strerror if isinstance(error, OSError) else "Not a host name"
        raise BindError(
            f"Cannot listen on {host}:{port}: {reason}.", "host" if is_about_host else "port"
        ) from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With an explicit protocol, because asyncio disables Nagle's algorithm only for IPPROTO_TCP.
    # Otherwise every response on a persistent connection waits 40 ms for an acknowledgement.
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
    """Return the URL of *listener* for clients on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only compared
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _with_date_header(app: ASGIApp) -> ASGIApp:
    """Return *app* with a `Date` header of the system clock unless it sets one.

    uvicorn would always add one, and the response would have two.
    """
    clock = SystemClock()
    second, date = 0, b""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_date_header(message: Message) -> None:
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

        await app(scope, receive, send_with_date_header)

    return wrapped


_BOTH_LENGTHS = {b"content-length", b"transfer-encoding"}


def _with_body_length_check(app: ASGIApp) -> ASGIApp:
    """Return *app* behind a check that rejects requests with both headers of the body length.

    Such a request may be request smuggling, so the connection is closed (RFC 9112 section 6.1).
    httptools rejects it, h11 does not.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        given = {name for name, _ in scope["headers"] if name in _BOTH_LENGTHS}
        if scope["type"] != "http" or given != _BOTH_LENGTHS:
            await app(scope, receive, send)
            return
        detail = "Content-Length and Transfer-Encoding exclude each other. Send only one of them."
        response = problem_response(400, "Bad Request", detail).with_header("connection", "close")
        await response.send(send)

    return wrapped


class _ConnectionScopeMixin(asyncio.Protocol):
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
        """Reject input that cannot be parsed, and stop the running request of the connection."""
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
                # The server stops after its grace period. A closed connection is a better signal
                # to the client than a response with status 500.
                socket_transport.abort()
                # Cancelled again if the loop ends at this point.
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0)

        self.app = with_connection


def _with_connection_scope(
    protocol: type[asyncio.Protocol], host: str, shutdown: ShutdownSignal
) -> type[asyncio.Protocol]:
    """Return *protocol* with a scope that has the *host* and *shutdown* of the server."""
    return type(
        protocol.__name__,
        (_ConnectionScopeMixin, protocol),
        {"server_host": host, "shutdown_signal": shutdown},
    )


class _ReadySignalServer(uvicorn.Server):
    """A uvicorn server with an event that is set when it is ready."""

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
                _with_date_header(_with_body_length_check(app)),
                http=_with_connection_scope(protocol, host, self._shutdown),
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
            # Otherwise a test that freezes time would stop or skip all timers of the server thread.
            loop.time = steady  # type: ignore[method-assign]
        await super().startup(sockets)
        self.ready.set()

    def stop(self) -> None:
        """Finish the running requests, then return from `run`."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Install no signal handlers: `Shutdown` handles the signals of the process."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams end first, because the server waits for open responses.
        self._shutdown.set()
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    shutdown: Shutdown,
    log: Mapping[str, Any] | None = None,
) -> None:
    """Serve *app* on *listener* until *shutdown* begins, then finish the open requests.

    *log* is a dictionary for `logging.config`; by default uvicorn's own.
    """
    server = _ReadySignalServer(app, listener.getsockname()[0], log=log)
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
    """Serve *app* in a thread and yield its URL; port 0 picks a free port.

    *protocol* is uvicorn's HTTP protocol. The default is based on h11, which is always installed,
    so that responses have the same bytes on every machine. The worlds of the app stay open. Raise
    `BindError` if the address is not available.
    """
    listener = bind(host, port)
    server = _ReadySignalServer(app, listener.getsockname()[0], protocol)
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
