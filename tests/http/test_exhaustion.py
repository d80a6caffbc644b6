"""The server reports exhausted descriptors in few lines, and closes ambiguous connections."""

import asyncio
import errno
import logging
import socket
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from mockapi import create_app, serve_in_thread
from mockapi.http.exhaustion import Unavailable, limit_accept_errors
from mockapi.settings import HttpParser


def test_connections_that_cannot_be_accepted_are_logged_once(caplog):
    loop = asyncio.new_event_loop()
    limit_accept_errors(loop)
    with socket.socket() as listener:
        for _ in range(5_000):
            error = OSError(errno.EMFILE, "Too many open files")
            loop.call_exception_handler(
                {"message": "socket.accept()", "exception": error, "socket": listener}
            )
    loop.call_exception_handler({"message": "another mistake", "exception": ValueError("x")})
    loop.close()
    first, second = [each.getMessage() for each in caplog.records]
    assert first.startswith("Connections cannot be accepted: [Errno 24] Too many open files.")
    assert second == "another mistake"


def failing(error):
    async def app(scope, receive, send):
        raise error

    return TestClient(Unavailable(app))


def test_request_that_lacks_a_descriptor_is_answered_with_503(caplog):
    caplog.set_level(logging.ERROR)
    client = failing(OSError(errno.EMFILE, "Too many open files"))
    answers = [client.get("/") for _ in range(3)]
    assert [each.status_code for each in answers] == [503] * 3
    assert answers[0].json()["detail"] == (
        "The server is out of file descriptors. Try again later."
    )
    assert answers[0].headers["retry-after"] == "1"
    assert len(caplog.records) == 1


def test_other_errors_are_not_taken_for_exhaustion():
    with pytest.raises(FileNotFoundError):
        failing(FileNotFoundError(errno.ENOENT, "gone")).get("/")


@pytest.fixture(scope="module", params=list(HttpParser))
def port(request):
    app = create_app()
    with serve_in_thread(app, parser=request.param) as url:
        yield urlsplit(url).port
    app.state.worlds.close()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Content-Length: 5", "Transfer-Encoding: chunked"], id="both"),
        pytest.param(["Transfer-Encoding: chunked", "content-length: 5"], id="both reversed"),
        pytest.param(["Content-Length: 5", "Content-Length: 6"], id="contradicting"),
        pytest.param(["Content-Length: 5, 6"], id="contradicting in one line"),
        pytest.param(["Content-Length: 99999999999999999999999"], id="beyond 64 bits"),
    ],
)
def test_ambiguous_length_closes_the_connection(port, lines):
    head = "\r\n".join(["POST /healthz HTTP/1.1", "Host: x", *lines])
    hidden = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + hidden)
        answer = b""
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass  # Closed with bytes unread.
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()
