"""Base class of repositories, with sessions and a read cache."""

from collections import defaultdict
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

Value = TypeVar("Value")

_MOST_ENTRIES = 10_000


class ReadCache:
    """Cache of query results by topic. A write invalidates its topics only."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Hashable, Any]] = defaultdict(dict)
        self._generation: dict[str, int] = defaultdict(int)

    def get_or_compute(self, topic: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the result of *make* for *key*, cached until the next write to *topic*."""
        kept = self._kept[topic]
        if key in kept:
            found: Value = kept[key]
            return found
        generation = self._generation[topic]
        made = make()
        # Do not cache the result if another thread wrote while this one was reading.
        if generation == self._generation[topic] and len(kept) < _MOST_ENTRIES:
            kept[key] = made
        return made

    def forget(self, *topics: str) -> None:
        for topic in topics:
            self._generation[topic] += 1
            self._kept[topic] = {}

    def forget_all(self) -> None:
        self.forget(*list(self._kept))


class Repository:
    """Part of the store. All repositories of a store share its engine and cache."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._cache = ReadCache()

    @contextmanager
    def _read_session(self) -> Generator[Session]:
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def _write_session(self, *topics: str) -> Generator[Session]:
        """Commit the block's changes, all or nothing, then invalidate *topics*."""
        with Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()
        self._cache.forget(*topics)

    def cached(self, topic: str, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the result of *make* for *key*, cached until the next write to *topic*."""
        return self._cache.get_or_compute(topic, key, make)
