"""The demo on a port, behind either HTTP parser."""

import asyncio

import pytest

from mockapi import MockApi


def protocol_of(parser: str) -> type[asyncio.Protocol]:
    if parser == "httptools":
        pytest.importorskip("httptools")
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

        return HttpToolsProtocol
    from uvicorn.protocols.http.h11_impl import H11Protocol

    return H11Protocol


@pytest.fixture(scope="session", params=["h11", "httptools"])
def _protocol(request: pytest.FixtureRequest) -> type[asyncio.Protocol]:
    # For the session, so that the tests of one parser run together.
    return protocol_of(request.param)


@pytest.fixture
def either(server_url, _protocol) -> MockApi:
    """The demo on a port, behind either of the two HTTP parsers."""
    return MockApi(server_url(protocol=_protocol))
