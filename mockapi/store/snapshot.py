"""Looks at a copy of a store, as bytes, before a world is put back to it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from mockapi.store.file import APPLICATION_ID, OtherFile
from mockapi.store.soundness import UnsoundError, demand_sound

_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_NOT_ONE = "The file is not a world's store"


def by_itself(content: bytes) -> bytes:
    """Return the file *content* as one that has no write-ahead log beside it."""
    alone = bytearray(content)
    alone[18:20] = b"\1\1"  # a memory database cannot have such a log, and could not be read
    return bytes(alone)


def facts_in(content: bytes) -> Mapping[str, str]:
    """Return what the world in *content* knows of itself.

    Raise `OtherFile` unless it is the sound store of a world.
    """
    with closing(sqlite3.connect(":memory:")) as copy:
        try:
            copy.deserialize(content)
            (kind,) = copy.execute("PRAGMA application_id").fetchone()
            if kind != APPLICATION_ID:
                raise OtherFile(f"{_NOT_ONE}: it is another program's database.")
            (size,) = copy.execute(_SIZE).fetchone()
            if size > len(content):
                raise OtherFile("The file is damaged: it is truncated. Take another snapshot.")
            demand_sound(copy)
            return dict(copy.execute("SELECT name, value FROM world_fact").fetchall())
        except UnsoundError as error:
            raise OtherFile(f"The file is damaged: {error}. Take another snapshot.") from error
        except (sqlite3.Error, OverflowError) as error:
            raise OtherFile(f"{_NOT_ONE}: {error}.") from error
