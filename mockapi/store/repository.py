"""Gives every noun's shelf the same two ways to the database: reading and writing."""

from collections import defaultdict
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

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


Kept = TypeVar("Kept")


class Shelf:
    """A part of the store; all shelves of one store share its engine and memo."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._memo = Memo()

    @contextmanager
    def _reading(self) -> Generator[Session]:
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _writing(self, *topics: str) -> Generator[Session]:
        """Commit what the block does, all or nothing; then forget answers about *topics*."""
        with Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
        self._memo.forget(*topics)

    def remember(self, topic: str, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what *make* returned for *key* since the last write about *topic*."""
        return self._memo.recall(topic, key, make)
