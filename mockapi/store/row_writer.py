"""Insertion of rows."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from mockapi.store.rows import Row
from mockapi.store.tables import METADATA

Rows = Mapping[type[Row], Sequence[Row | Mapping[str, Any]]]
"""Rows by table. Plain mappings of all columns are faster for large numbers of rows."""


def write_rows(connection: Connection, rows: Rows) -> None:
    """Insert *rows* table by table, parents before children."""
    for table in METADATA.sorted_tables:
        for kind, members in rows.items():
            if kind.__tablename__ == table.name:
                _insert(connection, table, members)


def _insert(connection: Connection, table: Table, rows: Sequence[Row | Mapping[str, Any]]) -> None:
    # Through the driver: SQLAlchemy takes longer to bind the rows than SQLite to write them.
    if rows:
        statement, names, bind = _insertion(table, connection.dialect)
        bound = []
        for row in rows:
            # Not `model_dump`, because it would build a serializer for each table.
            values = (
                row if isinstance(row, Mapping) else {name: getattr(row, name) for name in names}
            )
            bound.append(
                tuple(bind[name](values[name]) if name in bind else values[name] for name in names)
            )
        connection.exec_driver_sql(statement, bound)


Bind = Mapping[str, Callable[[Any], Any]]


@cache
def _insertion(table: Table, dialect: Dialect) -> tuple[str, Sequence[str], Bind]:
    """Return the statement that inserts a row, its columns, and their conversions by column."""
    names = [column.name for column in table.columns]
    bind = {
        column.name: convert
        for column in table.columns
        if (convert := column.type.dialect_impl(dialect).bind_processor(dialect))
    }
    return str(insert(table).compile(dialect=dialect)), names, bind
