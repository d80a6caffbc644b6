"""ASGI app without a socket that also has the methods of the `MockApi` client."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from threading import Thread

from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.asgi_client import AsgiResponse, fetch
from mockapi.settings import Settings
from mockapi.testing.overrides import WorldOverrides

_URL = "http://mockapi"


class MockApiApp(MockApi):
    """An ASGI app with its own world, and a client for the control API of that world.

    For `httpx2.ASGITransport(app=...)` and Starlette's `TestClient(...)`. The host in `url` is
    fictitious; such clients never resolve it.
    """

    def __init__(self, app: ASGIApp, url: str = _URL, *, admin_token: str | None = None) -> None:
        super().__init__(url, admin_token=admin_token)
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        await self._app(scope, receive, send)

    def _at(self, url: str) -> "MockApiApp":
        return MockApiApp(self._app, url, admin_token=self._admin_token)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        responses: list[AsgiResponse] = []

        async def request() -> None:
            path = url.removeprefix(_URL)
            responses.append(await fetch(self._app, path, headers, method=method, body=data or b""))

        # In a thread, because an async test already runs an event loop in this one.
        thread = Thread(target=lambda: asyncio.run(request()), name="mockapi-control")
        thread.start()
        thread.join()
        if not responses:
            raise RuntimeError("The control API did not respond. See the thread's traceback.")
        return responses[0].status, responses[0].body


@contextmanager
def open_app(settings: Settings, overrides: WorldOverrides) -> Generator[MockApiApp]:
    """Yield an app whose world has *settings* with *overrides*, then close it."""
    app = create_app(overrides.apply_to(settings))
    with closing(app.state.worlds):
        handle = MockApiApp(app, admin_token=settings.admin_token)
        overrides.enable_faults(handle)
        yield handle
