"""pytest plugin with the fixtures `mockapi`, `make_mockapi` and `mockapi_app`.

Every pytest run of the environment imports this module, so it must not import heavy modules.
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
    from mockapi.testing.local_worlds import MockApiApp
    from mockapi.testing.worlds import WorldMaker


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and export the options to the environment."""
    config.addinivalue_line(
        "markers",
        "mockapi(scenario=..., seed=..., edition=..., clock=..., faults=[{'kind': ..., setting: "
        "...}], presets=[name]): settings of the worlds of a test; accepts every setting of a "
        "world.",
    )
    options.export_to_environment(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop the run before the first test if tests use the fixtures and options are invalid."""
    used = (name for test in session.items for name in getattr(test, "fixturenames", ()))
    if "_mockapi_environment" not in used:
        return
    if find_spec("freezegun") is not None:
        # Imported lazily: only with freezegun, and before a test freezes time.
        from mockapi.loading import import_all

        import_all()
    # A worker cannot stop the run. There each of these tests reports the error.
    if hasattr(session.config, "workerinput"):
        return
    # Imported lazily: as in `_mockapi_environment`.
    from mockapi.testing.worlds import check_settings

    check_settings(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last requests of its worlds to the report of a failed test."""
    result = yield
    report.add_sections(item, result)
    report.write_files(item, result)
    return result


@pytest.fixture(scope="session")
def _mockapi_environment(pytestconfig: pytest.Config) -> "Settings":
    """Settings of the options and the environment, read once."""
    with _without_collecting():
        # Imported lazily: the plugin is imported by every pytest run of the environment.
        from mockapi.testing.worlds import fail_without_traceback, read_settings

    with fail_without_traceback():
        return read_settings(pytestconfig)


@contextmanager
def _without_collecting() -> Generator[None]:
    """Disable the garbage collector during imports, which takes a sixth of their time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@pytest.fixture
def mockapi_settings(_mockapi_environment: "Settings") -> "Settings":
    """Settings of the worlds of a test. Override this fixture for a suite, a module or a class."""
    return _mockapi_environment


@pytest.fixture(scope="session")
def _mockapi_worlds() -> "Generator[WorldMaker]":
    """Factory of worlds, on a server that starts with the first world."""
    if url := variable("URL"):
        # Imported lazily: as in `_mockapi_environment`.
        from mockapi.testing.worlds import remote_world_maker

        yield remote_world_maker(url)
        return
    with _without_collecting():
        # Imported lazily: tests against a remote server need no server in this process.
        from mockapi.testing.local_worlds import local_world_maker

    with ExitStack() as running:
        yield local_world_maker(running)


@pytest.fixture
def mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: "WorldMaker"
) -> "Generator[MockApi]":
    """World of this test, on the server of the session or on the one at `MOCKAPI_URL`."""
    # Imported lazily: as in `_mockapi_environment`.
    from mockapi.testing.worlds import TestWorlds, fail_without_traceback

    with fail_without_traceback():
        worlds = TestWorlds(request.node, mockapi_settings, _mockapi_worlds)
    with worlds:
        with fail_without_traceback():
            world = worlds.main_world()
        yield world


@pytest.fixture
def make_mockapi(
    request: pytest.FixtureRequest, mockapi_settings: "Settings", _mockapi_worlds: "WorldMaker"
) -> "Generator[Callable[..., MockApi]]":
    """Function that creates further worlds; takes the options of the marker."""
    # Imported lazily: as in `_mockapi_environment`.
    from mockapi.testing.worlds import TestWorlds, fail_without_traceback

    with fail_without_traceback():
        worlds = TestWorlds(request.node, mockapi_settings, _mockapi_worlds)
    with worlds:
        yield worlds.make_world


@pytest.fixture
def mockapi_app(
    request: pytest.FixtureRequest, mockapi_settings: "Settings"
) -> "Generator[MockApiApp]":
    """ASGI app with the world of this test, for clients that need no port."""
    # Imported lazily: as in `_mockapi_environment`.
    from mockapi.testing.local_worlds import app_for_test
    from mockapi.testing.worlds import check_unused_faults, fail_without_traceback

    with ExitStack() as running:
        with fail_without_traceback():
            app = app_for_test(request.node, mockapi_settings, running)
        report.register_world(request.node, app)
        check_unused_faults(request.node, app, running)
        yield app
        report.unregister_world(request.node, app)
