"""Holds on to a running mockapi from a test, over HTTP alone and with the standard library."""

from mockapi.client.mockapi import MockApi
from mockapi.client.transport import MockApiError

__all__ = ["MockApi", "MockApiError"]
