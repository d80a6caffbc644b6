"""The journal of a world: a ring buffer of requests with listeners."""

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
    """A ring buffer of *size* exchanges, numbered from 1; with size 0 nothing is recorded.

    Written by the server's thread; read by any thread.
    """

    def __init__(self, size: int, world: str = DEFAULT_WORLD) -> None:
        self.size = size
        self.world = world
        self.closed = False
        self.epoch = _new_epoch()
        """Identifies the numbering; it changes with a restart and differs between journals."""
        self.newest = 0
        """The number of the newest entry, also if it was removed."""
        self.records: deque[RawExchange] = deque(maxlen=size)
        self._last_response_at: float | None = None
        self._listeners: list[Listener] = []
        # Because several threads read, and each entry must be built once.
        self._lock = Lock()

    def add(self, record: RawExchange) -> None:
        """Add *record* as the newest; remove the oldest if the journal is full."""
        self.newest += 1
        record.number = self.newest
        if self._last_response_at is not None:
            # Requests that overlap have no gap.
            record.gap = max(record.began - self._last_response_at, 0.0)
        self._last_response_at = record.began + record.duration
        self.records.append(record)
        self._notify()

    @property
    def cursor(self) -> str:
        """Return the cursor of a reader who has read everything: epoch and number."""
        return f"{self.epoch}-{self.newest}"

    def after(self, cursor: str) -> int:
        """Return the number after which a reader continues who was at *cursor*, or at a number.

        Return 0 for a cursor of another epoch.
        """
        epoch, _, number = cursor.rpartition("-")
        return int(number) if epoch in ("", self.epoch) else 0

    def entries(self, since: int = 0) -> "Sequence[Entry]":
        """Return the entries with a number above *since*, oldest first."""
        wanted = takewhile(lambda each: each.number > since, reversed(tuple(self.records)))
        return [self._entry(each) for each in reversed(tuple(wanted))]

    def entry(self, number: int) -> "Entry":
        """Return the entry *number*. Raise `LookupError` if it is not in the journal."""
        for each in tuple(self.records):
            if each.number == number:
                return self._entry(each)
        raise LookupError(f"Entry {number} is not in the journal. {self._range()}")

    def _entry(self, record: RawExchange) -> "Entry":
        with self._lock:
            return entry_of(record, self.world)

    def _range(self) -> str:
        records = tuple(self.records)
        if not records:
            return "It is empty."
        return f"It contains entries {records[0].number} to {records[-1].number}."

    def clear(self) -> None:
        """Remove all entries; numbers continue, so that listeners miss nothing."""
        self.records.clear()

    def restart(self) -> None:
        """Remove all entries, and count from 1 again."""
        self.records.clear()
        self.newest = 0
        self._last_response_at = None
        self.epoch = _new_epoch()
        self._notify()

    def close(self) -> None:
        """Notify listeners that there will be no further entries."""
        self.closed = True
        self._notify()

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call *listener* after each entry, in the server's thread; return a function to stop."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    @property
    def listeners(self) -> int:
        """The number of listeners."""
        return len(self._listeners)


def _new_epoch() -> str:
    return secrets.token_hex(4)
