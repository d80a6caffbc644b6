"""Leases of a world: the requests that use it while it is open."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock


class WorldClosedError(Exception):
    """The world was closed before the lease was taken."""


class Leases:
    """The leases of one world, whose store is released when the last of them ends.

    Requests use a world from the server's thread and from worker threads, and a test's thread
    may close it.
    """

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._lock = Lock()
        self._ended = False
        self._held: dict[object, Callable[[], None]] = {}

    @contextmanager
    def take(self, on_end: Callable[[], None]) -> Generator[None]:
        """Keep the world's store open during the block; call *on_end* if the world is closed.

        Raise `WorldClosedError` if it is closed already.
        """
        lease = object()
        with self._lock:
            if self._ended:
                raise WorldClosedError
            self._held[lease] = on_end
        try:
            yield
        finally:
            with self._lock:
                del self._held[lease]
                is_last = self._ended and not self._held
            if is_last:
                self._release()

    def end(self) -> None:
        """Refuse further leases and release the store once none is held. Idempotent."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            held = tuple(self._held.values())
        for on_end in held:
            on_end()
        if not held:
            self._release()
