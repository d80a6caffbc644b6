"""Tries whether this Python's SQLite can do what worlds are kept by."""

import sqlite3
from contextlib import closing

VERSION = sqlite3.sqlite_version


def shortcoming() -> str | None:
    """Return what SQLite cannot do of that which worlds need; None where it can do all."""
    # Tried, not concluded from the version: any of it may be left out of a build.
    tried = "databases in shared memory"
    try:
        with closing(sqlite3.connect("file:/mockapi-fitness?vfs=memdb", uri=True)) as database:
            tried = "tables without rowid, upserts and JSON"
            database.execute("CREATE TABLE t (a PRIMARY KEY, b) WITHOUT ROWID")
            database.execute("INSERT INTO t VALUES (1, json('[1]')) ON CONFLICT DO NOTHING")
            database.commit()
            tried = "snapshots (serialize, deserialize, backup)"
            with closing(sqlite3.connect(":memory:")) as copy:
                copy.deserialize(database.serialize())
                copy.backup(database)
    except (sqlite3.Error, AttributeError):
        return tried
    return None
