"""SQLModel tables, one per entity, in snake_case.

Defining a table takes milliseconds. Therefore start-up imports only the tables of the first
requests (sites, customers, tokens). The other tables are imported where they are used.
"""

from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_MODULES = ("base", "meters", "oauth", "scoring", "site_tables")


def table_metadata() -> MetaData:
    """Return the metadata of all tables, to create or fill a database."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    return SQLModel.metadata
