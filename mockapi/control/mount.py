"""Mounts the control API, of which each part is made when somebody first asks for it."""

from functools import cached_property
from typing import TYPE_CHECKING

from starlette._utils import get_route_path
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX = "/__admin"


class ControlApi:
    """Stands where the control API stands: a start that nobody controls does without it."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._parts: dict[str, FastAPI] = {}

    @cached_property
    def app(self) -> "FastAPI":
        """The whole, for who describes it."""
        # Imported lazily: as in `_part`.
        from mockapi.control.app import create_admin_app

        return create_admin_app(self._max_body_bytes)

    def _part(self, word: str) -> "FastAPI":
        # Imported lazily: the control API and its bodies add a fifth to start-up.
        from mockapi.control.app import RESOURCES, create_admin_app

        if not any(word in words for words in RESOURCES.values()):
            word = ""
        if word not in self._parts:
            self._parts[word] = create_admin_app(self._max_body_bytes, word)
        return self._parts[word]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        word = get_route_path(scope).strip("/").partition("/")[0]
        await self._part(word)(scope, receive, send)
