"""Shared fixtures: apps, clients and servers by settings; Hypothesis profiles; skipped tests.

An app or a server is built once per session and combination of settings, and is in its initial
state when a test first asks for it. `new_app` is for tests that need one of their own.

`make test` draws the same examples in every run. `make fuzz` selects the profile `fuzz`, which
draws other examples each time.
"""

import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType

import freezegun
import pytest
from fastapi import FastAPI
from hypothesis import settings
from starlette.testclient import TestClient

from mockapi import MockApi, Settings, create_app, serve_in_thread
from mockapi.domain.clock import ManualClock

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("test")

# freezegun reads every attribute of every module, and one of testcontainers connects to Docker.
freezegun.configure(extend_ignore_list=["testcontainers"])

# A shell starts background jobs with SIGINT ignored, and processes of tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class RewindableClock(ManualClock):
    """A manual clock that apps of several tests share."""

    def rewind(self) -> None:
        self._at = START


def _reset(app: FastAPI) -> None:
    """Restore the initial state of the default world, and delete all others."""
    worlds = app.state.worlds
    for world in worlds:
        worlds.delete(world.name)
    # A reset keeps snapshots.
    for snapshot in worlds.first.snapshots.list():
        worlds.first.snapshots.discard(snapshot.name)
    worlds.first.reset()


@pytest.fixture(scope="session")
def _session_clock() -> RewindableClock:
    return RewindableClock(START)


@pytest.fixture(scope="session")
def _apps() -> Iterator[Callable[..., FastAPI]]:
    """Function that returns the app of the session for settings and a system clock."""
    apps: dict[tuple[Settings, ManualClock | None], FastAPI] = {}

    def app_of(chosen: Settings, clock: ManualClock | None) -> FastAPI:
        if (chosen, clock) not in apps:
            assert clock is None or clock.now() == START, "Ask for the app, then move the clock."
            apps[chosen, clock] = create_app(chosen, clock=clock)
        return apps[chosen, clock]

    yield app_of
    for app in apps.values():
        app.state.worlds.close()


@pytest.fixture(scope="session")
def _servers() -> Iterator[Callable[..., tuple[FastAPI, str]]]:
    """Function that returns the app and the URL of the session's server for some settings."""
    servers: dict[Settings, tuple[FastAPI, str]] = {}
    with ExitStack() as running:

        def server_of(chosen: Settings) -> tuple[FastAPI, str]:
            if chosen not in servers:
                app = create_app(chosen)
                running.callback(app.state.worlds.close)
                server = serve_in_thread(app, host=chosen.host, parser=chosen.http_parser)
                servers[chosen] = app, running.enter_context(server)
            return servers[chosen]

        yield server_of


@pytest.fixture
def _reset_once() -> Callable[[FastAPI], None]:
    """Function that resets an app when the test first uses it."""
    used: list[FastAPI] = []

    def reset_once(app: FastAPI) -> None:
        if not any(each is app for each in used):
            used.append(app)
            _reset(app)

    return reset_once


@pytest.fixture
def clock(_session_clock: RewindableClock) -> ManualClock:
    """A manual clock, at 2026-06-01T09:00:00Z when the test begins."""
    _session_clock.rewind()
    return _session_clock


@pytest.fixture
def shared_app(_apps, _reset_once) -> Callable[..., FastAPI]:
    """Function that returns the app with the given settings and *system_clock*."""

    def shared_app(system_clock: ManualClock | None = None, **settings: object) -> FastAPI:
        app = _apps(Settings(**settings), system_clock)
        _reset_once(app)
        return app

    return shared_app


@pytest.fixture
def new_app() -> Iterator[Callable[..., FastAPI]]:
    """Function that returns a new app with the given settings and *system_clock*, for one test."""
    with ExitStack() as opened:

        def new_app(system_clock: ManualClock | None = None, **settings: object) -> FastAPI:
            app = create_app(Settings(**settings), clock=system_clock)
            opened.callback(app.state.worlds.close)
            return app

        yield new_app


@pytest.fixture
def test_client(shared_app) -> Callable[..., TestClient]:
    """Function that returns a client of the app with the given settings; it follows no redirects.

    Its cookies are its own.
    """
    return lambda **settings: TestClient(shared_app(**settings), follow_redirects=False)


@pytest.fixture
def client(test_client) -> TestClient:
    """A client of the demo, without a port."""
    return test_client()


@pytest.fixture
def server_url(_servers, _reset_once) -> Callable[..., str]:
    """Function that returns the URL of the server with the given settings."""

    def server_url(**settings: object) -> str:
        app, url = _servers(Settings(**settings))
        _reset_once(app)
        return url

    return server_url


@pytest.fixture
def server(server_url) -> MockApi:
    """The demo on a port."""
    return MockApi(server_url())


@pytest.fixture
def start_server(new_app) -> Iterator[Callable[..., str]]:
    """Function that starts a new server with the given settings, for one test; returns its URL."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(serve_in_thread(new_app(**settings)))


class _ModuleKeeper:
    """A plugin that keeps the modules imported during a run, except those of the run's suite.

    pytester removes them from `sys.modules`. A later import would create their classes again, and
    modules that hold the first classes would not recognize the new ones.
    """

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        for name, module in sys.modules.items():
            file = getattr(module, "__file__", None)
            if file is None or not Path(file).is_relative_to(config.rootpath):
                self._modules[name] = module

    def restore(self) -> None:
        for name, module in self._modules.items():
            sys.modules.setdefault(name, module)


@pytest.fixture
def _module_keeper() -> Iterator[_ModuleKeeper]:
    keeper = _ModuleKeeper()
    yield keeper
    keeper.restore()


@pytest.fixture
def pytester(_module_keeper: _ModuleKeeper, pytester: pytest.Pytester) -> pytest.Pytester:
    """pytester, which is closed before the module keeper, because it removes modules then too."""
    return pytester


@pytest.fixture
def run_suite(
    _module_keeper: _ModuleKeeper, pytester: pytest.Pytester
) -> Callable[..., pytest.RunResult]:
    """Function that runs the tests in the folder of *pytester* with command line arguments.

    It runs them in this process, because a new one would import everything again.
    """

    def run_suite(*arguments: str) -> pytest.RunResult:
        # Recorded, because the process of the tests turns warnings into errors.
        with warnings.catch_warnings(record=True):
            warnings.resetwarnings()
            result = pytester.runpytest_inprocess(
                "-p", "no:cacheprovider", *arguments, plugins=[_module_keeper]
            )
        _module_keeper.restore()
        return result

    return run_suite


@pytest.fixture
def run_suite_in_process(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Function that runs the tests in the folder of *pytester* in a process of their own."""
    # The plugin of schemathesis takes longer to import than such a suite takes to run.
    options = ("-p", "no:cacheprovider", "-p", "no:schemathesis")
    return partial(pytester.runpytest_subprocess, *options)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line per reason, however many tests were skipped for it."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} skipped: {reason}")
