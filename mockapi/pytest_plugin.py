"""Gives pytest the fixture `mockapi`: a server on a real port, a fresh world for every test.

Imported by every pytest run of the environment, so it imports nothing heavy at load.
"""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockapi.handle import MockApi
    from mockapi.settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to `--strict-markers`."""
    config.addinivalue_line(
        "markers",
        "mockapi(faults=[{'kind': ..., setting: ...}], presets=[name]): faults that are on from "
        "the beginning of the test.",
    )


@pytest.fixture
def mockapi_settings() -> "Settings":
    """How the server of a test is set up; override this for a suite, a module or a class."""
    from mockapi.settings import Settings

    return Settings()


@pytest.fixture(scope="session")
def _mockapi_server() -> "Generator[Callable[[Settings], MockApi]]":
    """Return the session's server for given settings, which starts when first asked for."""
    servers: dict[Settings, MockApi] = {}
    with ExitStack() as running:

        def server(settings: "Settings") -> "MockApi":
            if settings not in servers:
                servers[settings] = _start(settings, running)
            return servers[settings]

        yield server


def _start(settings: "Settings", running: ExitStack) -> "MockApi":
    from mockapi.app import create_app
    from mockapi.handle import MockApi
    from mockapi.server import serve_in_thread

    app = create_app(settings)
    running.enter_context(closing(app.state.world))
    url = running.enter_context(serve_in_thread(app))
    return MockApi(url, admin_token=settings.admin_token)


@pytest.fixture
def mockapi(
    request: pytest.FixtureRequest,
    mockapi_settings: "Settings",
    _mockapi_server: "Callable[[Settings], MockApi]",
) -> "MockApi":
    """A running mockapi in its scenario's first state; at `MOCKAPI_URL` when that is set."""
    from mockapi.handle import MockApi

    elsewhere = os.environ.get("MOCKAPI_URL")
    if elsewhere:
        server = MockApi(elsewhere, admin_token=os.environ.get("MOCKAPI_ADMIN_TOKEN"))
    else:
        server = _mockapi_server(mockapi_settings)
    server.reset()
    for marker in request.node.iter_markers("mockapi"):
        _switch_on(server, **marker.kwargs)
    return server


def _switch_on(
    server: "MockApi",
    *,
    faults: "Sequence[Mapping[str, Any]]" = (),
    presets: "Sequence[str]" = (),
) -> None:
    for name in presets:
        server.preset(name).switch_on()
    for stated in faults:
        server.fault(**stated).switch_on()
