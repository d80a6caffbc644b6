"""Leads each request to its world: below `/w/{name}` to a named one, else to the first.

Pure ASGI, and outermost: whatever is behind it finds the world in the request's scope, and paths
as they are in a world that is alone.
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.domain.worlds import WORLDS
from mockapi.http.oauth.bases import METADATA_PATH
from mockapi.world.worlds import UnknownWorld, Worlds


class Entrance:
    """Puts a world, and the path within it, into each request's scope."""

    def __init__(self, app: ASGIApp, worlds: Worlds) -> None:
        self._app = app
        self._worlds = worlds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["mockapi.worlds"] = self._worlds
        root = _root_of(scope["path"])
        if not root:
            scope["mockapi.world"] = self._worlds.first
            await self._app(scope, receive, send)
            return
        try:
            scope["mockapi.world"] = self._worlds.get(root.removeprefix(WORLDS))
        except UnknownWorld as error:
            await self._refuse(error, root.removeprefix(WORLDS), scope)(scope, receive, send)
            return
        scope["mockapi.root"] = root
        scope["path"] = scope["path"].replace(root, "", 1) or "/"
        if scope.get("raw_path") is not None:
            scope["raw_path"] = scope["raw_path"].replace(root.encode(), b"", 1) or b"/"
        await self._app(scope, receive, _leading_back(send, root.encode()))

    def _refuse(self, error: UnknownWorld, name: str, scope: Scope) -> Response:
        """Return a page for a browser that goes there, and a problem for all others."""
        headers = Headers(scope=scope)
        goes_there = "text/html" in headers.get("accept", "") and "hx-request" not in headers
        if goes_there and scope["method"] in ("GET", "HEAD"):
            from mockapi.http.console.absent import no_such_world

            scope["mockapi.world"] = self._worlds.first
            return no_such_world(Request(scope), name)
        from mockapi.http.admin.errors import problem

        return problem(HTTPStatus.NOT_FOUND, str(error))


def _root_of(path: str) -> str:
    """Return `/w/{name}` of a path in a named world, and nothing of any other.

    RFC 8414 section 3 puts the well-known path before that of the issuer.
    """
    path = path.removeprefix(METADATA_PATH)
    if not path.startswith(WORLDS):
        return ""
    return WORLDS + path.removeprefix(WORLDS).partition("/")[0]


def _leading_back(send: Send, root: bytes) -> Send:
    """Let redirects within the world lead there from outside, too."""

    async def leading_back(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                (name, root + value if name == b"location" and value[:1] == b"/" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return leading_back
