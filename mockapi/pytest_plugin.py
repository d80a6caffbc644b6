"""Gives pytest the fixture `mockapi`: a world of its own for every test, on a real port.

Imported by every pytest run of the environment, so it imports nothing heavy at load.
"""

import os
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockapi.handle import MockApi
    from mockapi.settings import Settings
    from mockapi.world.worlds import Worlds

WorldMaker = Callable[["Settings", str], "MockApi"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to `--strict-markers`."""
    config.addinivalue_line(
        "markers",
        "mockapi(faults=[{'kind': ..., setting: ...}], presets=[name]): faults that are on from "
        "the beginning of the test.",
    )


@pytest.fixture
def mockapi_settings() -> "Settings":
    """How the world of a test is set up; override this for a suite, a module or a class."""
    from mockapi.settings import Settings

    return Settings()


@pytest.fixture(scope="session")
def _mockapi_worlds() -> Generator[WorldMaker]:
    """Return what makes worlds, on a server that starts when it is first asked for."""
    elsewhere = os.environ.get("MOCKAPI_URL")
    if elsewhere:
        yield _on_the_server_at(elsewhere)
        return
    with ExitStack() as running:
        yield _on_servers_of_our_own(running)


def _on_servers_of_our_own(running: ExitStack) -> WorldMaker:
    from mockapi.handle import MockApi
    from mockapi.settings import OF_A_WORLD, Settings

    servers: dict[Settings, tuple[Worlds, str]] = {}

    def make(settings: "Settings", name: str) -> MockApi:
        # What only worlds differ in, one server can serve.
        defaults = {each: Settings.model_fields[each].get_default() for each in OF_A_WORLD}
        alike = settings.model_copy(update={**defaults, "scenario": "empty"})
        if alike not in servers:
            servers[alike] = _start(alike, running)
        worlds, url = servers[alike]
        if settings.data is not None:
            raise ValueError("MOCKAPI_DATA is for a server; a test's world is kept in memory.")
        worlds.create(name, {each: getattr(settings, each) for each in OF_A_WORLD})
        return MockApi(f"{url}/w/{name}", admin_token=settings.admin_token)

    return make


def _start(settings: "Settings", running: ExitStack) -> "tuple[Worlds, str]":
    from mockapi.app import create_app
    from mockapi.server import serve_in_thread

    app = create_app(settings)
    running.enter_context(closing(app.state.worlds))
    return app.state.worlds, running.enter_context(serve_in_thread(app))


def _on_the_server_at(url: str) -> WorldMaker:
    from mockapi.handle import MockApi
    from mockapi.settings import OF_A_WORLD

    server = MockApi(url, admin_token=os.environ.get("MOCKAPI_ADMIN_TOKEN"))

    def make(settings: "Settings", name: str) -> MockApi:
        # What the suite leaves open is as the server's owner set it.
        stated = settings.model_dump(
            mode="json", include=set(OF_A_WORLD & settings.model_fields_set)
        )
        return server.create_world(**stated)

    return make


@pytest.fixture
def mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: WorldMaker
) -> "Generator[MockApi]":
    """A world of the test's own, on the session's server or on the one at `MOCKAPI_URL`."""
    world = _mockapi_worlds(mockapi_settings, _name_of(request.node))
    try:
        for marker in request.node.iter_markers("mockapi"):
            _switch_on(world, **marker.kwargs)
        yield world
    finally:
        world.delete()


def _name_of(test: pytest.Item) -> str:
    """Return the same name for the same test in every run, for what a world mints depends on it."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", test.name).strip("-")[:60]
    return f"{readable}-{blake2b(test.nodeid.encode(), digest_size=4).hexdigest()}"


def _switch_on(
    world: "MockApi",
    *,
    faults: "Sequence[Mapping[str, Any]]" = (),
    presets: "Sequence[str]" = (),
) -> None:
    for name in presets:
        world.preset(name).switch_on()
    for stated in faults:
        world.fault(**stated).switch_on()
