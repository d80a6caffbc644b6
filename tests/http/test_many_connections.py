"""Connections that clients open at the same time are served in turn."""

import socket
from threading import Event
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from mockapi.server import serve_in_thread

CLIENTS = 48
REQUESTS = 4
"""Requests of each client, sent at once."""


def test_new_connections_do_not_wait_for_older_ones():
    served: list[str] = []
    is_blocked, all_connected, all_served = Event(), Event(), Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/blocking":
            is_blocked.set()
            # Blocks the event loop, so that it finds all clients at once.
            all_connected.wait(30)
        else:
            served.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        if len(served) == CLIENTS * REQUESTS:
            all_served.set()

    with serve_in_thread(app) as url:
        parts = urlsplit(url)
        open_connections: list[socket.socket] = []

        def connect(*paths: str) -> None:
            connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
            open_connections.append(connection)
            requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths]
            connection.sendall("".join(requests).encode())

        try:
            connect("/blocking")
            assert is_blocked.wait(30)
            for client in range(CLIENTS):
                connect(*(f"/{client}" for _ in range(REQUESTS)))
            all_connected.set()
            assert all_served.wait(30)
        finally:
            all_connected.set()
            for connection in open_connections:
                connection.close()
    last = max(served.index(f"/{client}") for client in range(CLIENTS))
    assert last < len(served) * 2 / 3
