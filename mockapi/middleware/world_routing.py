"""Routing of each request to its world: below `/w/{name}` to a named one, else to the first.

Pure ASGI, and outside of all that a world answers, which finds the request's context in its scope
and paths as they are in a world that is alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from anyio import CancelScope
from anyio.lowlevel import checkpoint
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.api.operations import match_path
from mockapi.domain.errors import StorageFailed
from mockapi.domain.urls import WORLD_PATH_PREFIX
from mockapi.http.address import path_in_world, take_address, world_root_in
from mockapi.http.context import RequestContext, put_context
from mockapi.http.problem_details import problem
from mockapi.world.leases import WorldClosedError
from mockapi.world.registry import UnknownWorld, Worlds
from mockapi.world.world import World

DeletedPage = Callable[[Request, str, str], Awaitable[Response]]
"""Makes the page for a request, a sentence and the name of a world that does not exist."""


class WorldMiddleware:
    """ASGI middleware that finds the world of each request and makes the request's context."""

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
            await self._answer(world, scope, receive, _leading_below(context.root, send))
        except (UnknownWorld, WorldClosedError):
            # A copy: the request log is not to attribute the request to the first world.
            outside = {**scope, "path": requested}
            first = RequestContext(outside, self._worlds, self._worlds.first, address=address)
            put_context(outside, first)
            answer = await self._gone(Request(outside), name if root else None)
            await answer(scope, receive, send)
        except StorageFailed as error:
            # Of a middleware: the apps answer theirs. Nothing has been sent by then.
            await problem(error.status, error.detail)(scope, receive, send)

    async def _answer(self, world: World, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer out of *world*, which stays usable until the answer is complete.

        Raise `WorldClosedError` if the world is closed before the response has started.
        """
        loop = asyncio.get_running_loop()
        has_started = is_closed = False

        async def send_if_open(message: Message) -> None:
            nonlocal has_started
            if is_closed and not has_started:
                cancelling.cancel()
                await checkpoint()
            has_started = True
            await send(message)

        def cancel() -> None:
            # A response that has started goes on to its end: half of one helps nobody.
            if not has_started:
                cancelling.cancel()

        def close() -> None:
            nonlocal is_closed
            is_closed = True
            loop.call_soon_threadsafe(cancel)

        with CancelScope() as cancelling, world.leases.take(close):
            await self._app(scope, receive, send_if_open)
        if cancelling.cancelled_caught:
            raise WorldClosedError

    async def _gone(self, request: Request, name: str | None) -> Response:
        """Return the 404 for a world that does not exist: a page of the first world or a problem.

        A browser may have a page open for longer than its world exists. The first world, for
        which *name* is None, is closed only with its server.
        """
        if name is None:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping.")
        why = str(UnknownWorld(name))
        headers = request.headers
        # What a script of an open page asks for is told to the page, which stays.
        reads = "text/html" in headers.get("accept", "") and "hx-request" not in headers
        if reads and "/__admin" not in request.scope["path"]:
            return await self._deleted_page(request, why, name)
        return problem(HTTPStatus.NOT_FOUND, why)


def _leading_below(root: str, send: Send) -> Send:
    """Let redirects to a path lead below *root*, where clients find the world."""
    if not root:
        return send
    start = root.encode()

    async def leading_below(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, start + value if name == b"location" and value[:1] == b"/" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return leading_below
