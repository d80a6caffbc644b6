"""Gives pytest the fixture `mockapi`: a server on a real port, a fresh world for every test.

Imported by every pytest run of the environment, so it imports nothing heavy at load.
"""

import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockapi.handle import MockApi
    from mockapi.settings import Settings


@pytest.fixture(scope="session")
def mockapi_settings() -> "Settings":
    """Override this to set up the server of a whole session."""
    from mockapi.settings import Settings

    return Settings()


@pytest.fixture(scope="session")
def mockapi_server(request: pytest.FixtureRequest) -> "Generator[MockApi]":
    """A server for the whole session; at `MOCKAPI_URL` when that is set, else in a thread."""
    from mockapi.handle import MockApi

    elsewhere = os.environ.get("MOCKAPI_URL")
    if elsewhere:
        yield MockApi(elsewhere, admin_token=os.environ.get("MOCKAPI_ADMIN_TOKEN"))
        return
    from mockapi.app import create_app
    from mockapi.server import serve_in_thread

    settings: Settings = request.getfixturevalue("mockapi_settings")
    with serve_in_thread(create_app(settings)) as url:
        yield MockApi(url, admin_token=settings.admin_token)


@pytest.fixture
def mockapi(mockapi_server: "MockApi") -> "MockApi":
    """A running mockapi whose world is in its scenario's first state."""
    mockapi_server.reset()
    return mockapi_server
