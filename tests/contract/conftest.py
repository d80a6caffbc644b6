"""Servers, worlds and tokens that the contract tests share."""

import json
from collections.abc import Callable, Generator
from typing import Any

import pytest
from authorization_scenario import rights_scenario
from starlette.testclient import TestClient

from mockapi.app import create_app
from mockapi.settings import Settings

Api = Callable[..., TestClient]


@pytest.fixture(scope="session")
def _servers() -> Generator[Api]:
    opened: dict[str, TestClient] = {}

    def serve(**settings: Any) -> TestClient:
        name = repr(sorted(settings.items()))
        if name not in opened:
            opened[name] = TestClient(create_app(Settings(**settings)), follow_redirects=False)
        return opened[name]

    yield serve
    for client in opened.values():
        client.app.state.world.close()


@pytest.fixture
def api(_servers: Api) -> Api:
    """Return a client of a server with the given settings, whose world is reset.

    Servers are kept for the session: what costs is building one, not resetting it.
    """

    def api(scenario: str = "vendor-samples", **settings: Any) -> TestClient:
        client = _servers(scenario=scenario, **settings)
        client.app.state.world.reset()
        return client

    return api


@pytest.fixture(scope="session")
def rights_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The authorization scenario as a file; JSON is YAML."""
    path = tmp_path_factory.mktemp("scenarios") / "rights.yaml"
    path.write_text(json.dumps(rights_scenario()), "utf-8")
    return str(path)


@pytest.fixture
def rights(api: Api, rights_file: str) -> Api:
    """Return a client of a server with the authorization scenario and the given settings."""
    return lambda **settings: api(scenario=rights_file, **settings)
