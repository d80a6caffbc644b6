"""Is a mockapi without a socket: an ASGI app that is a handle on its world, too."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from threading import Thread

from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.asgi_client import AsgiResponse, fetch
from mockapi.settings import Settings
from mockapi.testing.overrides import Wish

_URL = "http://mockapi"


class MockApiApp(MockApi):
    """An ASGI app with a world of its own, and everything that a handle does.

    For `httpx2.ASGITransport(app=...)` and Starlette's `TestClient(...)`; `url` names a host that
    such clients never look up.
    """

    def __init__(self, app: ASGIApp, url: str = _URL, *, admin_token: str | None = None) -> None:
        super().__init__(url, admin_token=admin_token)
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond as an ASGI app does."""
        await self._app(scope, receive, send)

    def _at(self, url: str) -> "MockApiApp":
        return MockApiApp(self._app, url, admin_token=self._admin_token)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        answers: list[AsgiResponse] = []

        async def ask() -> None:
            path = url.removeprefix(_URL)
            answers.append(await fetch(self._app, path, headers, method=method, body=data or b""))

        # In a thread, for in this one an async test may have a loop that runs already.
        thread = Thread(target=lambda: asyncio.run(ask()), name="mockapi-control")
        thread.start()
        thread.join()
        if not answers:
            raise RuntimeError("The control API answered nothing; see the thread's traceback.")
        return answers[0].status, answers[0].body


@contextmanager
def app_with(settings: Settings, wish: Wish) -> Generator[MockApiApp]:
    """Yield an app with a world of its own, as *settings* and the wish have it; close it then."""
    app = create_app(wish.laid_over(settings))
    with closing(app.state.worlds):
        handle = MockApiApp(app, admin_token=settings.admin_token)
        wish.switch_on(handle)
        yield handle
