"""Clients with a token, and apps with a manual clock."""

from collections.abc import Callable

import pytest
from journal_steps import TOKEN
from starlette.testclient import TestClient


@pytest.fixture
def test_client(shared_app, clock) -> Callable[..., TestClient]:
    """Function that returns a client with a token of the app with the given settings."""
    return lambda **settings: TestClient(
        shared_app(system_clock=clock, **settings),
        headers={"Authorization": f"Bearer {TOKEN}"},
        follow_redirects=False,
    )


@pytest.fixture
def site(client) -> str:
    """The id of the first customer's first site."""
    return client.get("/__admin/world").json()["customers"][0]["sites"][0]
