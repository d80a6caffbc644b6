"""Scenarios of the contract tests."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from authorization_scenario import rights_scenario
from starlette.testclient import TestClient

Api = Callable[..., TestClient]


@pytest.fixture
def api(test_client: Api) -> Api:
    """Return a client of the app with the given settings. Each call resets the world."""

    def api(scenario: str = "vendor-samples", **settings: Any) -> TestClient:
        client = test_client(scenario=scenario, **settings)
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
    """Return a client of the app with the authorization scenario and the given settings."""
    return partial(api, rights_file)
