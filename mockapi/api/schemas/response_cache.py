"""Keeps what was made last, by its size in memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it takes."""

    @property
    def nbytes(self) -> int: ...


Kept = TypeVar("Kept", bound=Sized)


class Recent(Generic[Kept]):
    """Remembers answers up to *limit* bytes of them, and forgets the longest unused first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        # Long answers are made in threads, several at a time.
        self._lock = Lock()

    def recall(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what *make* returned for *key*, made anew if it was forgotten."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        # Outside the lock: two threads may make the same, which is better than waiting.
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._size += made.nbytes
            while self._size > self._limit:
                _, forgotten = self._kept.popitem(last=False)
                self._size -= forgotten.nbytes
        return made
