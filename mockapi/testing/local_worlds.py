"""Worlds of tests in this process: on servers in threads, and as ASGI apps without a socket."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from threading import Thread

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.asgi_client import AsgiResponse, fetch
from mockapi.client.transport import hide_client_frames
from mockapi.scenario.errors import ScenarioError
from mockapi.server import serve_in_thread
from mockapi.settings import WORLD_SETTINGS, Settings
from mockapi.testing.marker_overrides import read_markers, scenario_error
from mockapi.testing.overrides import InvalidOverrideError, WorldOverrides, require_control_api
from mockapi.testing.worlds import Delete, WorldMaker
from mockapi.tls import temporary_tls
from mockapi.world.registry import Worlds

__tracebackhide__ = hide_client_frames

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


def local_world_maker(running: ExitStack) -> WorldMaker:
    """Return a function that creates worlds on servers in threads, which stop with *running*."""
    # Worlds whose settings differ only in WORLD_SETTINGS share a server.
    shared = {each: Settings.model_fields[each].get_default() for each in WORLD_SETTINGS}
    shared["scenario"] = "empty"
    started: dict[Settings, tuple[Worlds, MockApi]] = {}

    def make(settings: Settings, name: str) -> tuple[MockApi, Delete]:
        if settings.data is not None:
            raise InvalidOverrideError(
                "MOCKAPI_DATA is not supported in tests, because their worlds are in memory. "
                "Remove it."
            )
        require_control_api(settings)
        server = settings.model_copy(update=shared)
        if server not in started:
            started[server] = _start(server, running)
        worlds, client = started[server]
        worlds.create(name, {each: getattr(settings, each) for each in WORLD_SETTINGS})

        def delete() -> None:
            # The test may have deleted the world.
            if name in worlds:
                worlds.delete(name)

        url, token = f"{client.url}/w/{name}", settings.admin_token
        return MockApi(url, admin_token=token, ca_file=client.ca_file), delete

    return make


def _start(settings: Settings, running: ExitStack) -> tuple[Worlds, MockApi]:
    app = create_app(settings)
    running.enter_context(closing(app.state.worlds))
    tls = running.enter_context(temporary_tls(settings))
    url = running.enter_context(serve_in_thread(app, parser=settings.http_parser, tls=tls))
    ca_file = None if tls is None else tls.ca_file
    return app.state.worlds, MockApi(url, admin_token=settings.admin_token, ca_file=ca_file)


def app_for_test(test: pytest.Item, settings: Settings, running: ExitStack) -> MockApiApp:
    """Return an app with *settings* and the marker of *test*, which closes with *running*.

    Raise `InvalidOverrideError` if the marker is invalid or the scenario is missing.
    """
    overrides = read_markers(test)
    require_control_api(settings)
    try:
        return running.enter_context(open_app(settings, overrides))
    except ScenarioError as error:
        raise scenario_error(error, test, overrides.apply_to(settings), overrides) from None
