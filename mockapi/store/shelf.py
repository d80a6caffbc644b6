"""Gives every noun's shelf the same two ways to the database: reading and writing."""

from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from mockapi.store.memo import Memo

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
