"""A world whose requests are journalled, and the steps that clients take in it."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockapi.app import create_app
from mockapi.domain.clock import ManualClock
from mockapi.faults.strike import Struck
from mockapi.http.entrance import Entrance
from mockapi.http.journalling import Journalling
from mockapi.settings import Settings

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
TOKEN = "mockAccessToken000000000Ada1"
SITES = "/ecostruxure/scoring/v1/sites"
TOKEN_PATH = "/ecostruxure/v1/oauth/token"
CLIENT = "mockScoringPartnerClient00000001"
SECRET = "mockSecret000001"


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
    """Returns a client of a server with the settings given, its world in its first state."""

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
    """A client of a server of its own, whose clock may be moved."""
    client = _client(clock, {})
    yield client
    client.app.state.world.close()


@pytest.fixture
def site(server) -> str:
    """The id of the first customer's first site."""
    return server.get("/__admin/world").json()["customers"][0]["sites"][0]


def answering(server, status=200, headers=(), body=b"", faults=()) -> TestClient:
    """Return a client of an app that answers as told, journalled in the world of *server*."""

    async def app(scope, receive, send):
        scope["mockapi.faults"] = [Struck(f"{kind}-1", kind) for kind in faults]
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    journalled = Entrance(Journalling(app), server.app.state.worlds)
    return TestClient(journalled, headers=server.headers, follow_redirects=False)


def entries(server, **wanted):
    return server.get("/__admin/journal", params=wanted).json()["entries"]


def entry(server, number):
    return server.get(f"/__admin/journal/{number}").json()


def refresh(server, refresh_token):
    """Return the answer of the token endpoint to a refresh."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return server.post(TOKEN_PATH, data=form, auth=(CLIENT, SECRET))
