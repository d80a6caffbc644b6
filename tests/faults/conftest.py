"""The demo on a port, behind either HTTP parser."""

import pytest

from mockapi import MockApi
from mockapi.settings import HttpParser


@pytest.fixture(scope="session", params=list(HttpParser))
def _parser(request: pytest.FixtureRequest) -> HttpParser:
    # For the session, so that the tests of one parser run together.
    return request.param


@pytest.fixture
def either(server_url, _parser) -> MockApi:
    """The demo on a port, behind either of the two HTTP parsers."""
    return MockApi(server_url(http_parser=_parser))
