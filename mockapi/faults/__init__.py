"""Misbehaves on purpose; the registry of the kinds of faults is in `mockapi.faults.kinds`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockapi.faults.kinds import KINDS, AnyFault, Fault

__all__ = ["KINDS", "AnyFault", "Fault"]


def __getattr__(name: str) -> Any:
    # Imported on first use: most servers start without a fault, and there are many kinds.
    if name in __all__:
        return getattr(import_module("mockapi.faults.kinds"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
