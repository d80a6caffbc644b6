"""Leads each request to its world: below `/w/{name}` to a named one, else to the first.

Pure ASGI, and outermost: whatever is behind it finds the world in the request's scope, and paths
as they are in a world that is alone.
"""

from http import HTTPStatus

from fastapi import Request, Response
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
            # A copy: whoever logs the request is to know of no world.
            led = {**scope, "mockapi.world": self._worlds.first}
            answer = await _gone(Request(led), root.removeprefix(WORLDS), str(error))
            await answer(scope, receive, send)
            return
        scope["mockapi.root"] = root
        scope["path"] = scope["path"].replace(root, "", 1) or "/"
        if scope.get("raw_path") is not None:
            scope["raw_path"] = scope["raw_path"].replace(root.encode(), b"", 1) or b"/"
        await self._app(scope, receive, _leading_back(send, root.encode()))


async def _gone(request: Request, name: str, why: str) -> Response:
    """Tell a browser in the console of the first world, and anybody else as the control API does.

    Whoever left a page open for longer than a world idles comes back to it.
    """
    from mockapi.http.admin.errors import problem
    from mockapi.http.console.page import NotShown, not_shown

    # What a script of an open page asks for is told to the page, which stays.
    reads = "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
    if reads and "/__admin" not in request.scope["path"]:
        return await not_shown(request, NotShown(why, "worlds", f"There is no world {name}"))
    return problem(HTTPStatus.NOT_FOUND, why)


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
