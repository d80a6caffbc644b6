"""HTTP server for an ASGI app, in the foreground or in a thread."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Literal

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import LOGGING_CONFIG

from mockapi.domain.clock import steady
from mockapi.domain.urls import server_url
from mockapi.environment import exports_traces
from mockapi.http.exhaustion import limit_accept_errors
from mockapi.http.protocol import protocol_of
from mockapi.http.shutdown import DRAIN_SECONDS, SHUTDOWN_SECONDS, Shutdown, ShutdownSignal
from mockapi.settings import HttpParser
from mockapi.tls import ServerTls

Background = Callable[[], Coroutine[Any, Any, None]]

_MORE_LISTENERS = 15


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


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """Return the URL of *listener* for clients on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only compared
        host = "127.0.0.1"
    return server_url(scheme, host, port)


class _ReadySignalServer(uvicorn.Server):
    """A uvicorn server with an event that is set when it is ready."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        parser: HttpParser,
        tls: ServerTls | None = None,
        *,
        log: Mapping[str, Any] | None = None,
        background: Background | None = None,
    ) -> None:
        self._background = background
        self._task: asyncio.Task[None] | None = None
        self._shutdown = ShutdownSignal()
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol_of(parser, host, self._shutdown),
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                log_config=LOGGING_CONFIG if log is None else dict(log),
                log_level="warning" if log is None else None,
                # FastAPI adds exporters at the start of the lifespan, and flushes them at its end.
                lifespan="on" if exports_traces() else "off",
                ws="none",
                timeout_graceful_shutdown=DRAIN_SECONDS,
                # Longer than clients usually reuse a connection. At uvicorn's default of 5 s, a
                # client that sends in the moment of the close gets no response.
                timeout_keep_alive=75,
                ssl_context_factory=None if tls is None else lambda *_: tls.context,
            )
        )
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        limit_accept_errors(loop)
        if isinstance(loop, asyncio.BaseEventLoop):
            # Otherwise a test that freezes time would stop or skip all timers of the server thread.
            loop.time = steady  # type: ignore[method-assign]
        elif sockets is not None:
            # uvloop accepts one connection per listener and turn of the loop. With one listener,
            # the last of 256 clients that connect at once would wait for seconds.
            sockets = [*sockets, *(each.dup() for each in sockets for _ in range(_MORE_LISTENERS))]
        await super().startup(sockets)
        if self._background is not None:
            self._task = asyncio.create_task(self._background())
            self._task.add_done_callback(_log_failure)
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
        if self._task is not None:
            self._task.cancel()
        await super().shutdown(sockets)


def _log_failure(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logging.getLogger("mockapi").error("A background task failed.", exc_info=error)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    shutdown: Shutdown,
    *,
    parser: HttpParser = HttpParser.HTTPTOOLS,
    tls: ServerTls | None = None,
    log: Mapping[str, Any] | None = None,
    background: Background | None = None,
) -> None:
    """Serve *app* on *listener* until *shutdown* begins, then finish the open requests.

    *log* is a dictionary for `logging.config`; by default uvicorn's own. *background* runs in the
    server's event loop and is cancelled at the end.
    """
    host = listener.getsockname()[0]
    server = _ReadySignalServer(app, host, parser, tls, log=log, background=background)
    with shutdown.stopping(server.stop):
        server.run([listener])


@contextmanager
def serve_in_thread(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    parser: HttpParser = HttpParser.HTTPTOOLS,
    tls: ServerTls | None = None,
) -> Generator[str]:
    """Serve *app* in a thread and yield its URL; port 0 picks a free port.

    The worlds of the app stay open. Raise `BindError` if the address is not available.
    """
    listener = bind(host, port)
    server = _ReadySignalServer(app, listener.getsockname()[0], parser, tls)
    # The server closes the listener when it ends.
    thread = Thread(target=server.run, args=([listener],), name="mockapi", daemon=True)
    thread.start()
    server.ready.wait(timeout=30)
    try:
        yield url_of(listener, "http" if tls is None else "https")
    finally:
        server.stop()
        thread.join(timeout=SHUTDOWN_SECONDS)
        if thread.is_alive():
            logging.getLogger("mockapi").warning(
                "The server did not stop within %d seconds. Its thread ends when its running "
                "computation does.",
                SHUTDOWN_SECONDS,
            )
