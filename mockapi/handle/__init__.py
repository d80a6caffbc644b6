"""Holds on to a running mockapi from a test, over HTTP alone and with the standard library."""

from mockapi.handle.api import MockApi
from mockapi.handle.control import MockApiError

__all__ = ["MockApi", "MockApiError"]
