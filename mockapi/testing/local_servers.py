"""Servers in threads of the session, and apps without a socket, for the worlds of tests."""

from contextlib import ExitStack, closing

import pytest

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.scenario.errors import ScenarioError
from mockapi.server import serve_in_thread
from mockapi.settings import OF_A_WORLD, Settings
from mockapi.testing.app import MockApiApp, app_with
from mockapi.testing.errors import is_told, mistaken
from mockapi.testing.markers import marked
from mockapi.testing.overrides import WrongWish
from mockapi.testing.servers import Delete, WorldMaker, demand_control_api
from mockapi.world.registry import Worlds

__tracebackhide__ = is_told


def local_world_maker(running: ExitStack) -> WorldMaker:
    # What only worlds differ in, one server can serve.
    alike = {each: Settings.model_fields[each].get_default() for each in OF_A_WORLD}
    alike["scenario"] = "empty"
    started: dict[Settings, tuple[Worlds, str]] = {}

    def make(settings: Settings, name: str) -> tuple[MockApi, Delete]:
        if settings.data is not None:
            raise WrongWish(
                "MOCKAPI_DATA is for a server; a test's world is kept in memory. Leave it out."
            )
        demand_control_api(settings)
        server = settings.model_copy(update=alike)
        if server not in started:
            started[server] = _start(server, running)
        worlds, url = started[server]
        worlds.create(name, {each: getattr(settings, each) for each in OF_A_WORLD})

        def delete() -> None:
            # The test may have deleted it itself.
            if name in worlds:
                worlds.delete(name)

        return MockApi(f"{url}/w/{name}", admin_token=settings.admin_token), delete

    return make


def _start(settings: Settings, running: ExitStack) -> tuple[Worlds, str]:
    app = create_app(settings)
    running.enter_context(closing(app.state.worlds))
    return app.state.worlds, running.enter_context(serve_in_thread(app))


def application(test: pytest.Item, settings: Settings, running: ExitStack) -> MockApiApp:
    """Return an app as *settings* and the marker of *test* have it, which closes with *running*.

    Raises `WrongWish` for what there is not.
    """
    wish = marked(test)
    demand_control_api(settings)
    try:
        return running.enter_context(app_with(settings, wish))
    except ScenarioError as error:
        raise mistaken(error, test, wish.laid_over(settings), wish) from None
