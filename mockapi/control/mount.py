"""Lazy mount of the control API."""

from functools import cached_property
from typing import TYPE_CHECKING

from starlette._utils import get_route_path
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX = "/__admin"


class ControlApi:
    """ASGI app that creates the parts of the control API on their first request."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._parts: dict[str, FastAPI] = {}

    @cached_property
    def app(self) -> "FastAPI":
        """Whole control API, for its OpenAPI document."""
        # Imported lazily: see `_part`.
        from mockapi.control.app import create_admin_app

        return create_admin_app(self._max_body_bytes)

    def _part(self, segment: str) -> "FastAPI":
        # Imported lazily: the control API adds 20 % to start-up.
        from mockapi.control.app import RESOURCES, create_admin_app

        if not any(segment in segments for segments in RESOURCES.values()):
            segment = ""
        if segment not in self._parts:
            self._parts[segment] = create_admin_app(self._max_body_bytes, segment)
        return self._parts[segment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segment = get_route_path(scope).strip("/").partition("/")[0]
        await self._part(segment)(scope, receive, send)
