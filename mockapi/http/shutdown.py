"""Shutdown of the server, and the connection of a request.

This module imports no other one, because the process handles signals before it loads the server.
"""

import asyncio
import os
import signal
import sys
import time
from _thread import start_new_thread
from collections.abc import Callable, Generator, MutableMapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple, Never

SHUTDOWN_SECONDS = 5.0
"""Maximum time for the shutdown; container engines kill a process after 10 seconds."""

DRAIN_SECONDS = 4
"""Maximum time for running requests; the rest is for closing the data file."""

_MARGIN_SECONDS = 0.5


class Shutdown:
    """The shutdown of the process on a signal.

    The process exits at the deadline, even if threads still run, and at once on a second signal.
    *at_deadline* is called before either.
    """

    def __init__(self, at_deadline: Callable[[], None] = lambda: None) -> None:
        self._at_deadline = at_deadline
        self._has_begun = False
        self._stop: Callable[[], None] | None = None

    def listen(self) -> None:
        """Handle SIGINT and SIGTERM from now on."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._handle)

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Generator[None]:
        """Call *stop* on a signal during the block, instead of raising `SystemExit`."""
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._has_begun:
            self._exit_now()
        self._has_begun = True
        # By default, a switch between forty busy threads takes 0.2 seconds.
        sys.setswitchinterval(0.0001)
        # Not `threading`, because a signal may interrupt code that holds its lock.
        start_new_thread(self._exit_at_deadline, ())
        if self._stop is None:
            raise SystemExit(0)
        self._stop()

    def _exit_at_deadline(self) -> None:
        time.sleep(SHUTDOWN_SECONDS - _MARGIN_SECONDS)
        self._exit_now()

    def _exit_now(self) -> Never:
        try:
            self._at_deadline()
        finally:
            os._exit(0)


class ShutdownSignal:
    """The event that the server stops; endless streams wait for it."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []
        self.is_set = False

    def set(self) -> None:
        """Call all listeners."""
        self.is_set = True
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* in the server's thread on shutdown; return a function to unsubscribe."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe


_EXTENSION = "mockapi.server"

Scope = MutableMapping[str, Any]


class ServerConnection(NamedTuple):
    """The socket of a request and its server."""

    transport: asyncio.Transport
    host: str
    """The address that the server listens on."""
    shutdown: ShutdownSignal


def put_connection(scope: Scope, connection: ServerConnection) -> None:
    """Add *connection* to the extensions in *scope*."""
    scope["extensions"] = {**scope.get("extensions", {}), _EXTENSION: connection}


def connection_of(scope: Scope) -> ServerConnection | None:
    """Return the request's connection; None in-process, without a socket."""
    connection: ServerConnection | None = (scope.get("extensions") or {}).get(_EXTENSION)
    return connection


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """Return the request's socket; None in-process."""
    connection = connection_of(scope)
    return None if connection is None else connection.transport


def shutdown_of(scope: Scope) -> ShutdownSignal:
    """Return the shutdown signal of the server; in-process it is never set."""
    connection = connection_of(scope)
    return ShutdownSignal() if connection is None else connection.shutdown
