"""Databases of worlds as text: the statements that create a database, and the rows of each table.

Unlike the bytes of a SQLite file, the text does not depend on the version of SQLite.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TypedDict

from mockapi.store.database_file import APPLICATION_ID, SCHEMA_VERSION
from mockapi.store.tables import METADATA

# SQLAlchemy creates the indexes of a table in an arbitrary order.
_STATEMENTS = """
    SELECT sql FROM sqlite_master WHERE sql NOT NULL
    ORDER BY type = 'index', CASE type WHEN 'index' THEN name END, rowid
"""

Value = str | int | float | None


class RowDump(TypedDict):
    """The content of a database, as JSON can represent it."""

    schema: Sequence[str]
    rows: Mapping[str, Sequence[Sequence[Value]]]


def dump_rows(content: bytes) -> RowDump:
    """Return the statements and rows of the database file *content*."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        statements = database.execute(_STATEMENTS)
        schema = [text for (text,) in statements]
        tables = [table.name for table in METADATA.sorted_tables]
        rows = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}  # noqa: S608
        return RowDump(schema=schema, rows={name: found for name, found in rows.items() if found})


def database_of(dump: RowDump) -> bytes:
    """Return a database file with the statements and rows of *dump*."""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in dump["schema"]:
            database.execute(statement)
        for name, rows in dump["rows"].items():
            places = ", ".join("?" * len(rows[0]))
            database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)  # noqa: S608
        database.commit()
        database.execute(f"PRAGMA application_id={APPLICATION_ID}")
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        return database.serialize()
