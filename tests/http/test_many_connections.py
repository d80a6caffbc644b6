"""Connections that clients open at the same time are served in turn."""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from mockapi.server import serve_in_thread

CLIENTS = 48
REQUESTS = 4
"""Requests of each client, sent at once."""


def test_new_connections_do_not_wait_for_the_requests_of_older_ones():
    served: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            # Blocks the event loop until all clients have connected.
            time.sleep(1)  # noqa: ASYNC251
        else:
            served.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with serve_in_thread(app) as url:
        parts = urlsplit(url)
        open_connections: list[socket.socket] = []

        def connect(*paths: str) -> None:
            connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
            open_connections.append(connection)
            requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths]
            connection.sendall("".join(requests).encode())

        try:
            connect("/slow")
            time.sleep(0.2)
            for client in range(CLIENTS):
                connect(*(f"/{client}" for _ in range(REQUESTS)))
            wait_until(lambda: len(served) == CLIENTS * REQUESTS)
        finally:
            for connection in open_connections:
                connection.close()
    last = max(served.index(f"/{client}") for client in range(CLIENTS))
    assert last < len(served) * 2 / 3


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)
