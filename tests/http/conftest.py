"""Servers on sockets, and raw requests to them."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from mockapi import Settings, create_app, serve_in_thread


class Reply(NamedTuple):
    """A response as it came from the socket."""

    status: int
    headers: dict[str, str]
    body: str

    def json(self):
        return json.loads(self.body)


Ask = Callable[..., Reply]


def exchange(url: str, request: str) -> Reply:
    """Send the lines of *request* to the server at *url* and read until it closes."""
    address = urlsplit(url)
    text = "\r\n".join([*request.strip("\n").split("\n"), "Connection: close", "", ""])
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(text.encode("latin-1"))
        response = HTTPResponse(connection, method=request.split(maxsplit=1)[0])
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, headers, response.read().decode())


@pytest.fixture(scope="module")
def served() -> Iterator[Callable[..., str]]:
    """Start servers with the settings given, one for each, and return the URL."""
    urls: dict[str, str] = {}
    with ExitStack() as running:

        def serve(**settings: object) -> str:
            name = repr(sorted(settings.items()))
            if name not in urls:
                chosen = Settings(**settings)
                app = create_app(chosen)
                running.enter_context(closing(app.state.worlds))
                urls[name] = running.enter_context(serve_in_thread(app, host=chosen.host))
            return urls[name]

        yield serve


@pytest.fixture
def ask(served) -> Ask:
    """Send a raw request to a server with the settings given."""

    def send(request: str, **settings: object) -> Reply:
        return exchange(served(**settings), request)

    return send
