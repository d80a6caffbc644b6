"""Routing of requests to worlds: below `/w/{name}` to a named one, otherwise to the default.

The prefix is removed from the path, and the request's context is put into the scope.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from anyio import CancelScope
from anyio.lowlevel import checkpoint
from fastapi import Request, Response
from opentelemetry import trace
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.api.operations import match_path
from mockapi.domain.errors import StorageFailed
from mockapi.domain.urls import WORLD_PATH_PREFIX
from mockapi.http.address import path_in_world, take_address, world_root_in
from mockapi.http.context import RequestContext, put_context
from mockapi.http.responses import problem
from mockapi.world.registry import UnknownWorldError, Worlds
from mockapi.world.world import World, WorldClosedError

DeletedPage = Callable[[Request, str, str], Awaitable[Response]]
"""Returns a page for a request, a message and the name of a world that does not exist."""


class WorldMiddleware:
    """ASGI middleware that determines the world and creates the context of each request."""

    def __init__(self, app: ASGIApp, worlds: Worlds, deleted_page: DeletedPage) -> None:
        self._app = app
        self._worlds = worlds
        self._deleted_page = deleted_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = take_address(scope)
        requested: str = scope["path"]
        root = world_root_in(requested)
        name = root.removeprefix(WORLD_PATH_PREFIX)
        try:
            world = self._worlds.get(name) if root else self._worlds.first
            if root:
                scope["path"] = path_in_world(requested)
                scope.pop("raw_path", None)
            context = RequestContext(
                scope,
                self._worlds,
                world,
                address=address,
                world_root=root,
                match=match_path(scope["method"], scope["path"]),
            )
            put_context(scope, context)
            if context.operation is not None and "fastapi.telemetry" in scope:
                _name_span(scope["method"], context.base + context.template)
            await self._run(world, scope, receive, _prefixing_redirects(context.root, send))
        except (UnknownWorldError, WorldClosedError):
            # A copy, so that the request log does not attribute the request to the default world.
            outside = {**scope, "path": requested}
            first = RequestContext(outside, self._worlds, self._worlds.first, address=address)
            put_context(outside, first)
            response = await self._not_found(Request(outside), name if root else None)
            await response(scope, receive, send)
        except StorageFailed as error:
            # Raised by a middleware before anything was sent; the apps handle their own.
            await problem(error.status, error.detail)(scope, receive, send)

    async def _run(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with *world*, which stays open until the response is complete.

        Raise `WorldClosedError` if the world is closed before the response has started.
        """
        loop = asyncio.get_running_loop()
        has_started = is_closed = False

        async def send_if_open(message: Message) -> None:
            nonlocal has_started
            if is_closed and not has_started:
                cancel_scope.cancel()
                await checkpoint()
            has_started = True
            await send(message)

        def cancel() -> None:
            # A response that has started is completed.
            if not has_started:
                cancel_scope.cancel()

        def close() -> None:
            nonlocal is_closed
            is_closed = True
            loop.call_soon_threadsafe(cancel)

        lease = world.leases.acquire(close)
        try:
            with CancelScope() as cancel_scope:
                await self._app(scope, receive, send_if_open)
        finally:
            world.leases.release(lease)
        if cancel_scope.cancelled_caught:
            raise WorldClosedError

    async def _not_found(self, request: Request, name: str | None) -> Response:
        """Return 404 for a world that does not exist, as a page for browsers or as a problem.

        A browser may show a page of a deleted world. *name* is None for the default world, which
        is closed only with the server.
        """
        if name is None:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping.")
        why = str(UnknownWorldError(name))
        headers = request.headers
        # A script of an open page gets a problem, and the page remains.
        is_page = "text/html" in headers.get("accept", "") and "hx-request" not in headers
        if is_page and "/__admin" not in request.scope["path"]:
            return await self._deleted_page(request, why, name)
        return problem(HTTPStatus.NOT_FOUND, why)


def _name_span(method: str, route: str) -> None:
    """Name the span of a request, because FastAPI names only those that its router answers."""
    span = trace.get_current_span()
    span.set_attribute("http.route", route)
    span.update_name(f"{method} {route}")


def _prefixing_redirects(root: str, send: Send) -> Send:
    """Return a `send` that adds *root* to redirects to a path."""
    if not root:
        return send
    start = root.encode()

    async def send_prefixed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, start + value if name == b"location" and value[:1] == b"/" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return send_prefixed
