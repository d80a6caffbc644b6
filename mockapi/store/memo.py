"""Remembers what a read returned until somebody writes about the same topic."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar


Cached = TypeVar("Cached")

_MOST = 10_000


class Memo:
    """Answers kept by topic; a write forgets its topics and nothing else.

    A cache only: everything in it can be read from the store again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, dict[Hashable, Any]] = defaultdict(dict)
        self._generation: dict[str, int] = defaultdict(int)

    def recall(self, topic: str, key: Hashable, make: Callable[[], Cached]) -> Cached:
        """Return what *make* returned for *key* since the last write about *topic*."""
        kept = self._kept[topic]
        if key in kept:
            found: Cached = kept[key]
            return found
        generation = self._generation[topic]
        made = make()
        # Another thread may have written while this one read: then the answer is not kept.
        if generation == self._generation[topic] and len(kept) < _MOST:
            kept[key] = made
        return made

    def forget(self, *topics: str) -> None:
        for topic in topics:
            self._generation[topic] += 1
            self._kept[topic] = {}

    def forget_all(self) -> None:
        self.forget(*list(self._kept))
