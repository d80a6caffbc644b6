"""Browsers and clients of another host, on a manual clock."""

from collections.abc import Callable

import pytest
from oauth_steps import HOST
from starlette.testclient import TestClient


@pytest.fixture
def test_client(shared_app, clock) -> Callable[..., TestClient]:
    """Function that returns a new browser at the app with the given settings."""
    # Not a loopback host, as in a compose network.
    return lambda **settings: TestClient(
        shared_app(system_clock=clock, **settings), base_url=HOST, follow_redirects=False
    )


@pytest.fixture
def browser(client) -> TestClient:
    """A browser in the world of the demo scenario, also used as a client."""
    return client


@pytest.fixture
def machine(test_client) -> TestClient:
    """The same with automatic consent."""
    return test_client(auto_consent=True)


@pytest.fixture
def scenario(tmp_path) -> Callable[[str], str]:
    """Write a scenario and return its path."""

    def write(text: str) -> str:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return write
