"""Lets a stream that would go on for ever learn that the server stops."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

_KEY = "mockapi.stopping"


class Stopping:
    """Tells once, to all who asked, that the server stops."""

    def __init__(self) -> None:
        self._told: list[Callable[[], None]] = []
        self.begun = False

    def tell(self) -> None:
        self.begun = True
        for told in tuple(self._told):
            told()

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call *told*, from the server's thread, when the server stops; return the way out."""
        self._told.append(told)

        def leave() -> None:
            if told in self._told:
                self._told.remove(told)

        return leave


def announcing(app: ASGIApp, stopping: Stopping) -> ASGIApp:
    """Return *app*, whose requests all know *stopping*."""

    async def announced(scope: Scope, receive: Receive, send: Send) -> None:
        scope[_KEY] = stopping
        await app(scope, receive, send)

    return announced


def stopping_of(scope: Scope) -> Stopping:
    """Return what tells of the server's end; in-process there is no server, and no end."""
    found: Stopping = scope.get(_KEY) or Stopping()
    return found
