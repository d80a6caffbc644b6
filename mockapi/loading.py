"""Imports that save time or are independent of freezegun.

While time is frozen, freezegun replaces `datetime.datetime` and `datetime.date`. A module that
is first imported then keeps the replacements in its annotations and base classes: pydantic cannot
build schemas from them, and their metaclass conflicts with others.
"""

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from mockapi.resources import PACKAGE

_THIRD_PARTY = ("authlib.oauth2.rfc6749", "faker", "holidays", "jinja2", "numpy", "pydantic.v1")
_NOT_IN_SERVER = (
    "mockapi.__main__",
    "mockapi.cli",
    "mockapi.datasets",
    "mockapi.export",
    "mockapi.importing",
    "mockapi.testing",
)
"""Modules that a server does not import."""


def import_fastapi() -> None:
    """Import FastAPI's models of OpenAPI documents, but build each one at its first use."""
    # Building them takes a twelfth of the start, and only documents need them. `import_module`,
    # because commands that need neither package import this module, too.
    inherited = import_module("pydantic").BaseModel.model_config
    inherited["defer_build"] = True
    import_module("fastapi.openapi.models")
    del inherited["defer_build"]


@contextmanager
def real_datetime() -> Generator[None]:
    """Restore the original classes of `datetime` while the context is open."""
    members = {"datetime": dt.datetime, "date": dt.date}
    for name, member in members.items():
        # The first base class without a metaclass is the original; a mock has no base classes.
        bases = getattr(member, "__mro__", ())
        setattr(dt, name, next((each for each in bases if type(each) is type), member))
    try:
        yield
    finally:
        for name, member in members.items():
            setattr(dt, name, member)


@cache
def import_all() -> None:
    """Import the modules that a server otherwise imports lazily.

    Modules whose optional packages are not installed are skipped.
    """
    with real_datetime():
        for name in _THIRD_PARTY:
            import_module(name)
        for module in walk_packages([str(PACKAGE)], "mockapi."):
            if not module.name.startswith(_NOT_IN_SERVER):
                _import_if_installed(module.name)


def _import_if_installed(name: str) -> None:
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("mockapi"):
            raise
