"""Servers in threads, and apps without a socket, for the worlds of tests."""

from contextlib import ExitStack, closing

import pytest

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.transport import hide_client_frames
from mockapi.scenario.errors import ScenarioError
from mockapi.server import serve_in_thread
from mockapi.settings import WORLD_SETTINGS, Settings
from mockapi.testing.asgi_app import MockApiApp, open_app
from mockapi.testing.error_reporting import scenario_error
from mockapi.testing.markers import read_markers
from mockapi.testing.overrides import InvalidOverrideError
from mockapi.testing.servers import Delete, WorldMaker, require_control_api
from mockapi.world.registry import Worlds

__tracebackhide__ = hide_client_frames


def local_world_maker(running: ExitStack) -> WorldMaker:
    """Return a function that creates worlds on servers in threads, which stop with *running*."""
    # Worlds whose settings differ only in WORLD_SETTINGS share a server.
    shared = {each: Settings.model_fields[each].get_default() for each in WORLD_SETTINGS}
    shared["scenario"] = "empty"
    started: dict[Settings, tuple[Worlds, str]] = {}

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
        worlds, url = started[server]
        worlds.create(name, {each: getattr(settings, each) for each in WORLD_SETTINGS})

        def delete() -> None:
            # The test may have deleted the world.
            if name in worlds:
                worlds.delete(name)

        return MockApi(f"{url}/w/{name}", admin_token=settings.admin_token), delete

    return make


def _start(settings: Settings, running: ExitStack) -> tuple[Worlds, str]:
    app = create_app(settings)
    running.enter_context(closing(app.state.worlds))
    return app.state.worlds, running.enter_context(serve_in_thread(app))


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
