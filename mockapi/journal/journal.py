"""Keeps the newest requests of one world, and tells whoever listens."""

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from itertools import takewhile
from threading import Lock

from mockapi.domain.urls import DEFAULT_WORLD
from mockapi.journal.entry import Entry, RawExchange
from mockapi.journal.entry_builder import entry_of

Listener = Callable[[], None]


class Journal:
    """A ring of *size* records, numbered from 1; a size of 0 keeps nothing.

    Written by the thread that serves; read by any.
    """

    def __init__(self, size: int, world: str = DEFAULT_WORLD) -> None:
        self.size = size
        self.world = world
        self.closed = False
        self.epoch = _new_epoch()
        """What tells these numbers from those of before a restart, and of other journals."""
        self.newest = 0
        """The number of the newest entry that there ever was."""
        self.records: deque[RawExchange] = deque(maxlen=size)
        self._answered: float | None = None
        self._listeners: list[Listener] = []
        # Entries are shaped once, and threads read at the same time.
        self._lock = Lock()

    def add(self, record: RawExchange) -> None:
        """Keep *record* as the newest; the oldest gives way."""
        self.newest += 1
        record.number = self.newest
        if self._answered is not None:
            # Requests that overlap have no gap between them.
            record.gap = max(record.began - self._answered, 0.0)
        self._answered = record.began + record.duration
        self.records.append(record)
        self._notify()

    @property
    def cursor(self) -> str:
        """Return where a reader is who has read all: epoch and number."""
        return f"{self.epoch}-{self.newest}"

    def after(self, cursor: str) -> int:
        """Return the number from which a reader goes on who was at *cursor*, or at a number.

        One of another epoch has read nothing here.
        """
        epoch, _, number = cursor.rpartition("-")
        return int(number) if epoch in ("", self.epoch) else 0

    def entries(self, since: int = 0) -> "Sequence[Entry]":
        """Return what is kept with a number above *since*, the oldest first."""
        wanted = takewhile(lambda each: each.number > since, reversed(tuple(self.records)))
        return [self._entry(each) for each in reversed(tuple(wanted))]

    def entry(self, number: int) -> "Entry":
        """Return the entry *number*; one that is no longer kept raises `LookupError`."""
        for each in tuple(self.records):
            if each.number == number:
                return self._entry(each)
        raise LookupError(
            f"The journal holds no entry {number}; it keeps the newest {self.size}, "
            f"and the newest of all is {self.newest}."
        )

    def _entry(self, record: RawExchange) -> "Entry":
        with self._lock:
            return entry_of(record, self.world)

    def clear(self) -> None:
        """Forget all entries; the numbers go on, so that who listens misses nothing."""
        self.records.clear()

    def restart(self) -> None:
        """Forget all entries, and count from 1 again."""
        self.records.clear()
        self.newest = 0
        self._answered = None
        self.epoch = _new_epoch()
        self._notify()

    def close(self) -> None:
        """Tell whoever listens that nothing will come any more."""
        self.closed = True
        self._notify()

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* after each entry, in the thread that serves; return the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)


def _new_epoch() -> str:
    return secrets.token_hex(4)
