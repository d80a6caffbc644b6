"""Worlds with a journal."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from journal_steps import TOKEN
from starlette.testclient import TestClient

from mockapi.app import create_app
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def _client(clock: ManualClock, settings: dict[str, Any]) -> TestClient:
    app = create_app(Settings(**settings), clock=clock)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return TestClient(app, headers=headers, follow_redirects=False)


@pytest.fixture(scope="session")
def _servers() -> Generator[dict[str, TestClient]]:
    servers: dict[str, TestClient] = {}
    yield servers
    for server in servers.values():
        server.app.state.world.close()


@pytest.fixture
def serve(_servers) -> Callable[..., TestClient]:
    """Return a client of a server with the given settings, whose world is reset."""

    def serve(**settings: Any) -> TestClient:
        name = repr(sorted(settings.items()))
        if name not in _servers:
            _servers[name] = _client(ManualClock(NINE), settings)
        _servers[name].app.state.world.reset()
        return _servers[name]

    return serve


@pytest.fixture
def server(serve) -> TestClient:
    return serve()


@pytest.fixture
def clock() -> ManualClock:
    """The clock of the server `timed`."""
    return ManualClock(NINE)


@pytest.fixture
def timed(clock) -> Generator[TestClient]:
    """A client of a separate server with a manual clock."""
    client = _client(clock, {})
    yield client
    client.app.state.world.close()


@pytest.fixture
def site(server) -> str:
    """The id of the first customer's first site."""
    return server.get("/__admin/world").json()["customers"][0]["sites"][0]
