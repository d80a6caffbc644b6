"""Stands in for the two EcoStruxure scoring APIs on your own machine."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockapi.version import __version__

if TYPE_CHECKING:
    from mockapi.app import create_app
    from mockapi.client import MockApi
    from mockapi.server import serve_in_thread
    from mockapi.settings import Settings
    from mockapi.testing.server_context import run

__all__ = ["MockApi", "Settings", "__version__", "create_app", "run", "serve_in_thread"]

_HOMES = {
    "MockApi": "mockapi.client",
    "Settings": "mockapi.settings",
    "create_app": "mockapi.app",
    "run": "mockapi.testing.server_context",
    "serve_in_thread": "mockapi.server",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        # Imported lazily: this package is imported by every pytest run of the environment.
        from mockapi.loading import real_datetime

        with real_datetime():
            return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # A notebook completes what is public, imported yet or not.
    return sorted(__all__)
