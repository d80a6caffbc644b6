"""Shapes the nouns as they are kept: one table each, flat and in snake_case.

A table takes milliseconds to define, so a start imports those that its first answers ask: sites,
people, tokens. What asks the others imports them where it does.
"""

from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_MODULES = ("base", "meters", "oauth", "scoring", "sites")


def every_table() -> MetaData:
    """Return what knows every table, for who makes or fills a database."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    return SQLModel.metadata
