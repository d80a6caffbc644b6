"""Looks at a copy of a store, as bytes, before a world is put back to it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from mockapi.store.file import APPLICATION_ID, OtherFile

_NOT_ONE = "The file is not a world's store"
_SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


def by_itself(content: bytes) -> bytes:
    """Return the file *content* as one that has no write-ahead log beside it."""
    alone = bytearray(content)
    alone[18:20] = b"\1\1"  # a memory database cannot have such a log, and could not be read
    return bytes(alone)


def facts_in(content: bytes, like: sqlite3.Connection) -> Mapping[str, str]:
    """Return what the world in *content* knows of itself.

    Raises `OtherFile` unless it is the sound store of a world, with tables *like* those here.
    """
    with closing(sqlite3.connect(":memory:")) as copy:
        try:
            copy.deserialize(content)
            (kind,) = copy.execute("PRAGMA application_id").fetchone()
            if kind != APPLICATION_ID:
                raise OtherFile(f"{_NOT_ONE}: it is another program's database.")
            if copy.execute(_SCHEMA).fetchall() != like.execute(_SCHEMA).fetchall():
                raise OtherFile("The file is the store of another version of mockapi.")
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise OtherFile(f"The file is damaged: {' '.join(verdict.split())}.")
            return dict(copy.execute("SELECT name, value FROM world_fact").fetchall())
        except sqlite3.Error as error:
            raise OtherFile(f"{_NOT_ONE}: {error}.") from error
