"""Gives pytest the fixtures `mockapi`, `make_mockapi` and `mockapi_app`: worlds for each test.

Imported by every pytest run of the environment, so it imports nothing heavy at load.
"""

import gc
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from mockapi.environment import variable
from mockapi.testing import options, report

if TYPE_CHECKING:
    from mockapi.client import MockApi
    from mockapi.settings import Settings
    from mockapi.testing.app import MockApiApp
    from mockapi.testing.servers import WorldMaker


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


def pytest_collection_finish(session: pytest.Session) -> None:
    """End the run before its tests where those would follow options that are wrong."""
    used = (name for test in session.items for name in getattr(test, "fixturenames", ()))
    if "_mockapi_stated" not in used:
        return
    if find_spec("freezegun") is not None:
        # Imported lazily: before a test freezes time, and a world for it starts then.
        from mockapi.loading import import_all

        import_all()
    # A worker cannot end a run: there, each of these tests says it.
    if hasattr(session.config, "workerinput"):
        return
    # Imported lazily: as in `_mockapi_stated`.
    from mockapi.testing.worlds import check_settings

    check_settings(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test the last requests that its worlds had."""
    made = yield
    report.tell(item, made)
    return made


@pytest.fixture(scope="session")
def _mockapi_stated(pytestconfig: pytest.Config) -> "Settings":
    """What the options and the environment say, read once."""
    with _without_collecting():
        # Imported lazily: the plugin is imported by every pytest run of the environment.
        from mockapi.testing.worlds import in_one_line, read_settings

    with in_one_line():
        return read_settings(pytestconfig)


@contextmanager
def _without_collecting() -> Generator[None]:
    """Switch the garbage collector off: imports make no garbage, and searching takes a sixth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@pytest.fixture
def mockapi_settings(_mockapi_stated: "Settings") -> "Settings":
    """How the worlds of a test are set up; override this for a suite, a module or a class."""
    return _mockapi_stated


@pytest.fixture(scope="session")
def _mockapi_worlds() -> "Generator[WorldMaker]":
    """Return what makes worlds, on a server that starts when it is first asked for."""
    if elsewhere := variable("URL"):
        # Imported lazily: as in `_mockapi_stated`.
        from mockapi.testing.servers import remote_world_maker

        yield remote_world_maker(elsewhere)
        return
    with _without_collecting():
        # Imported lazily: tests against a server elsewhere need none in this process.
        from mockapi.testing.local_servers import local_world_maker

    with ExitStack() as running:
        yield local_world_maker(running)


@pytest.fixture
def mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: "WorldMaker"
) -> "Generator[MockApi]":
    """A world of the test's own, on the session's server or on the one at `MOCKAPI_URL`."""
    # Imported lazily: as in `_mockapi_stated`.
    from mockapi.testing.worlds import WorldsOfATest, in_one_line

    with in_one_line():
        worlds = WorldsOfATest(request.node, mockapi_settings, _mockapi_worlds)
    with worlds:
        with in_one_line():
            world = worlds.only()
        yield world


@pytest.fixture
def make_mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: "WorldMaker"
) -> "Generator[Callable[..., MockApi]]":
    """Makes as many worlds as the test asks for, by the marker's words; all end with the test."""
    # Imported lazily: as in `_mockapi_stated`.
    from mockapi.testing.worlds import WorldsOfATest, in_one_line

    with in_one_line():
        worlds = WorldsOfATest(request.node, mockapi_settings, _mockapi_worlds)
    with worlds:
        yield worlds.another


@pytest.fixture
def mockapi_app(
    request: pytest.FixtureRequest, mockapi_settings: "Settings"
) -> "Generator[MockApiApp]":
    """An ASGI app with a world of the test's own, for clients that need no port."""
    # Imported lazily: as in `_mockapi_stated`.
    from mockapi.testing.local_servers import application
    from mockapi.testing.worlds import check_at_end, in_one_line

    with ExitStack() as running:
        with in_one_line():
            app = application(request.node, mockapi_settings, running)
        report.note(request.node, app)
        check_at_end(request.node, app, running)
        yield app
        report.forget(request.node, app)
