"""Imports that do not depend on the time at which they happen.

freezegun replaces `datetime.datetime` and `datetime.date`. A module that is first imported
meanwhile keeps the replacements in its annotations and base classes: pydantic builds no schema of
them, and a metaclass of another one conflicts with theirs.
"""

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from mockapi.resources import PACKAGE

_THIRD_PARTY = ("authlib.oauth2.rfc6749", "faker", "holidays", "jinja2", "numpy", "pydantic.v1")
_APART = (
    "mockapi.__main__",
    "mockapi.cli",
    "mockapi.export",
    "mockapi.testing",
)
"""Modules that no server imports."""


@contextmanager
def real_datetime() -> Generator[None]:
    """Give modules that are imported meanwhile the classes of `datetime` itself."""
    members = {"datetime": dt.datetime, "date": dt.date}
    for name, member in members.items():
        # The first class above a replacement that has no metaclass of its own; a mock has none.
        bases = getattr(member, "__mro__", ())
        setattr(dt, name, next((each for each in bases if type(each) is type), member))
    try:
        yield
    finally:
        for name, member in members.items():
            setattr(dt, name, member)


@cache
def import_all() -> None:
    """Import what a server otherwise imports when it is first needed."""
    with real_datetime():
        for name in _THIRD_PARTY:
            import_module(name)
        for module in walk_packages([str(PACKAGE)], "mockapi."):
            if not module.name.startswith(_APART):
                import_module(module.name)
