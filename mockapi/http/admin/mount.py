"""Mounts the control API, which is made when somebody first asks for it."""

from functools import cached_property
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import FastAPI

PREFIX = "/__admin"


class ControlApi:
    """Stands where the control API stands: a start that nobody controls does without it."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes

    @cached_property
    def app(self) -> "FastAPI":
        # Late: its calls and their bodies would make every start a fifth longer.
        from mockapi.http.admin.app import create_admin_app

        return create_admin_app(self._max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
