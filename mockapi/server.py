"""Runs an app on a socket: in the foreground, or in a thread beside a test."""

import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

import uvicorn
from starlette.types import ASGIApp


class PortTaken(Exception):
    """Somebody else listens on the address."""


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on *host* and *port*; port 0 picks a free one.

    Raises `PortTaken` when the address is in use or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off for IPPROTO_TCP
    # alone: without it every answer on a kept connection waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    listener.listen(2048)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address that a client on this machine reaches *listener* by."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that says when it is ready, so that nobody has to poll."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                server_header=False,
                log_level="warning",
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=5,
            )
        )
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Answer on *listener* until SIGINT or SIGTERM; open requests are finished first."""
    _Server(app).run([listener])


def leave_when_told() -> None:
    """End the process with exit code 0 when it is told to stop, from now on.

    uvicorn takes the signals while it serves, and raises them once more when it is done.
    """
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, _leave)


def _leave(told: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def serve_in_thread(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve *app* in a thread and yield its address; port 0 picks a free one.

    Raises `PortTaken` when the address cannot be had.
    """
    with bind(host, port) as listener:
        server = _Server(app)
        thread = Thread(target=server.run, args=([listener],), name="mockapi", daemon=True)
        thread.start()
        server.ready.wait(timeout=30)
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join(timeout=10)
