"""Local emulator of the two EcoStruxure scoring APIs."""

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

_MODULES = {
    "MockApi": "mockapi.client",
    "Settings": "mockapi.settings",
    "create_app": "mockapi.app",
    "run": "mockapi.testing.server_context",
    "serve_in_thread": "mockapi.server",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        # Imported lazily: every pytest run of the environment imports this package.
        from mockapi.loading import real_datetime

        with real_datetime():
            return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # For completion in notebooks: public names that are not imported yet are listed too.
    return sorted(__all__)
