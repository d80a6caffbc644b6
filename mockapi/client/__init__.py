"""HTTP client for the control API of a running mockapi. Uses the standard library only."""

from mockapi.client.mockapi import MockApi
from mockapi.client.transport import MockApiError

__all__ = ["MockApi", "MockApiError"]
