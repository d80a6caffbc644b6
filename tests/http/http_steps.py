"""Raw requests on a socket."""

import json
import socket
from http.client import HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit


class Reply(NamedTuple):
    """A response as it came from the socket."""

    status: int
    headers: dict[str, str]
    body: str

    def json(self):
        return json.loads(self.body)


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
