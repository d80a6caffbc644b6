"""Fixtures of the OAuth tests: worlds with a manual clock, browsers and clients."""

from collections.abc import Callable, Iterator

import pytest
from oauth_steps import HOST, START
from starlette.testclient import TestClient

from mockapi.app import create_app
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings

Open = Callable[..., TestClient]


class RewindingClock(ManualClock):
    """A clock that is reset between tests."""

    def rewind(self) -> None:
        self._at = START


@pytest.fixture(scope="session")
def _session_clock() -> RewindingClock:
    return RewindingClock(START)


@pytest.fixture(scope="session")
def _apps(_session_clock) -> Iterator[dict]:
    """Apps by settings, cached for the session because building them is slow."""
    apps = {}
    yield apps
    for app in apps.values():
        app.state.world.close()


@pytest.fixture
def clock(_session_clock) -> ManualClock:
    _session_clock.rewind()
    return _session_clock


@pytest.fixture
def open_world(clock, _apps) -> Open:
    """Return a new browser on a reset world with the given settings."""

    def open_with(**settings: object) -> TestClient:
        name = repr(sorted(settings.items()))
        if name not in _apps:
            _apps[name] = create_app(Settings(**settings), clock=clock)
        _apps[name].state.world.reset()
        # Not a loopback host, as in a compose network.
        return TestClient(_apps[name], base_url=HOST, follow_redirects=False)

    return open_with


@pytest.fixture
def browser(open_world) -> TestClient:
    """A browser in the world of the demo scenario, also used as a client."""
    return open_world()


@pytest.fixture
def machine(open_world) -> TestClient:
    """The same with automatic consent."""
    return open_world(auto_consent=True)


@pytest.fixture
def scenario(tmp_path) -> Callable[[str], str]:
    """Write a scenario and return its path."""

    def write(text: str) -> str:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return write
