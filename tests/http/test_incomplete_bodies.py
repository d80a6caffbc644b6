"""Requests whose body ends early or turns invalid while a handler waits for it."""

import logging
import socket
from urllib.parse import urlsplit

import pytest

TOKEN = "/ecostruxure/v1/oauth/token"
UPLOAD = "/__admin/snapshots/cut/file"


def send(url: str, text: str) -> bytes:
    """Send *text*, end the request, and return everything that comes back."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def head(method: str, path: str, *headers: str) -> str:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""])


@pytest.mark.parametrize(
    "request_line",
    [
        ("POST", TOKEN, "Content-Type: application/x-www-form-urlencoded"),
        ("POST", "/__admin/faults", "Content-Type: application/json"),
        ("PUT", UPLOAD, "Content-Type: application/vnd.sqlite3"),
    ],
    ids=["form", "json", "file"],
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(("Content-Length: 100", "grant"), id="shorter-than-stated"),
        pytest.param(("Transfer-Encoding: chunked", "5\r\ngrant\r\nxyz\r\n"), id="invalid-chunk"),
    ],
)
def test_incomplete_body_is_no_server_error(server_url, caplog, request_line, body):
    length, content = body
    with caplog.at_level(logging.WARNING):
        answer = send(server_url(), head(*request_line, length) + content)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert [each for each in caplog.records if each.exc_info or each.levelno >= logging.ERROR] == []


def test_world_without_a_name_is_not_found(ask):
    reply = ask("GET /w/ HTTP/1.1\nHost: 127.0.0.1")
    assert (reply.status, reply.json()["title"]) == (404, "Not Found")
