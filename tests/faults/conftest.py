"""Servers that fault tests share."""

import asyncio
from collections.abc import Generator

import pytest

from mockapi import MockApi, create_app, serve_in_thread


def protocol_of(parser: str) -> type[asyncio.Protocol]:
    if parser == "httptools":
        pytest.importorskip("httptools")
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

        return HttpToolsProtocol
    from uvicorn.protocols.http.h11_impl import H11Protocol

    return H11Protocol


@pytest.fixture(scope="session")
def _served() -> Generator[MockApi]:
    app = create_app()
    with serve_in_thread(app) as url:
        yield MockApi(url)
    app.state.world.close()


@pytest.fixture
def server(_served: MockApi) -> MockApi:
    """The demo on a port, in its first state."""
    _served.reset()
    return _served


@pytest.fixture(scope="session", params=["h11", "httptools"])
def _parsed(request: pytest.FixtureRequest) -> Generator[MockApi]:
    app = create_app()
    with serve_in_thread(app, protocol=protocol_of(request.param)) as url:
        yield MockApi(url)
    app.state.world.close()


@pytest.fixture
def either(_parsed: MockApi) -> MockApi:
    """The demo on a port, in its first state, behind either of the two HTTP parsers."""
    _parsed.reset()
    return _parsed
