"""Gives pytest the fixtures `mockapi`, `make_mockapi` and `mockapi_app`: worlds for each test.

Imported by every pytest run of the environment, so it imports nothing heavy at load.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from mockapi.pytest_plugin import options, report
from mockapi.pytest_plugin.marker import marked
from mockapi.pytest_plugin.servers import WorldMaker, servers
from mockapi.pytest_plugin.worlds import WorldsOfATest

if TYPE_CHECKING:
    from mockapi.embedded.app import MockApiApp
    from mockapi.handle import MockApi
    from mockapi.settings import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the scenario and some more from the command line or from pytest's file."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known to `--strict-markers`, and the options to whoever asks."""
    config.addinivalue_line(
        "markers",
        "mockapi(scenario=..., seed=..., edition=..., clock=..., faults=[{'kind': ..., setting: "
        "...}], presets=[name]): how the worlds of a test are set up; any setting of a world "
        "may be stated.",
    )
    options.put_into_environment(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test the last requests that its worlds had."""
    made = yield
    report.tell(item, made)
    return made


@pytest.fixture(scope="session")
def _mockapi_stated() -> "Settings":
    """What the options and the environment say, read once."""
    from mockapi.embedded.wishes import stated_settings

    return stated_settings({}, "pytest")


@pytest.fixture
def mockapi_settings(_mockapi_stated: "Settings") -> "Settings":
    """How the worlds of a test are set up; override this for a suite, a module or a class."""
    return _mockapi_stated


@pytest.fixture(scope="session")
def _mockapi_worlds() -> Generator[WorldMaker]:
    """Return what makes worlds, on a server that starts when it is first asked for."""
    with ExitStack() as running:
        yield servers(running)


@pytest.fixture
def mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: WorldMaker
) -> "Generator[MockApi]":
    """A world of the test's own, on the session's server or on the one at `MOCKAPI_URL`."""
    with WorldsOfATest(request.node, mockapi_settings, _mockapi_worlds) as worlds:
        yield worlds.only()


@pytest.fixture
def make_mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: WorldMaker
) -> "Generator[Callable[..., MockApi]]":
    """Makes as many worlds as the test asks for, by the marker's words; all end with the test."""
    with WorldsOfATest(request.node, mockapi_settings, _mockapi_worlds) as worlds:
        yield worlds.another


@pytest.fixture
def mockapi_app(
    request: pytest.FixtureRequest, mockapi_settings: "Settings"
) -> "Generator[MockApiApp]":
    """An ASGI app with a world of the test's own, for clients that need no port."""
    from mockapi.embedded.app import app_with

    with app_with(mockapi_settings, marked(request.node)) as app:
        report.note(request.node, app)
        yield app
        report.forget(request.node, app)
