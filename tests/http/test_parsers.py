"""Both HTTP parsers serve requests, and bound what they read before a request is complete."""

import socket
from urllib.parse import urlsplit

import pytest

from mockapi.http.protocol import MAX_HEAD_BYTES
from mockapi.settings import HttpParser


def exchange(url: str, request: bytes) -> bytes:
    """Return the bytes that the server sends until it closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while piece := connection.recv(65_536):
                answer += piece
        except (ConnectionResetError, BrokenPipeError):
            pass  # Closed with bytes unread.
    return answer


@pytest.mark.parametrize("parser", HttpParser)
@pytest.mark.parametrize("start", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: "])
def test_unfinished_head_is_bounded(server_url, parser, start):
    answer = exchange(server_url(http_parser=parser), start + b"a" * (2 * MAX_HEAD_BYTES))

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")


@pytest.mark.parametrize("parser", HttpParser)
def test_input_that_is_not_http_gets_a_problem(server_url, parser):
    answer = exchange(server_url(http_parser=parser), b"\x16\x03\x01\x02\x00\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"connection: close" in head
    assert b"content-type: application/problem+json" in head
    assert b'"detail":"Invalid HTTP request received."' in body


@pytest.mark.parametrize(
    ("parser", "detail"),
    [
        (HttpParser.HTTPTOOLS, b"Invalid HTTP request received."),
        (HttpParser.H11, b"'x' is not a path. Begin it with a slash."),
    ],
)
def test_server_uses_the_parser_of_the_setting(server_url, parser, detail):
    request = b"GET x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    assert detail in exchange(server_url(http_parser=parser), request)


CHUNKED = b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"


@pytest.mark.parametrize("parser", HttpParser)
@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 1_000_000, b"X-Short: a\r\n" * 100_000])
def test_unfinished_trailer_is_bounded(server_url, parser, line):
    answer = exchange(server_url(http_parser=parser), CHUNKED + line)

    # The server closed the connection; otherwise the exchange would have timed out.
    assert answer.count(b"HTTP/1.1 ") <= 2


@pytest.mark.parametrize("parser", HttpParser)
def test_fields_of_a_trailer_are_not_headers(server_url, parser):
    head = b"POST /ecostruxure/scoring/v1/sites/a/performance-scores HTTP/1.1\r\nHost: x\r\n"
    length = b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n"
    trailer = b"Authorization: Bearer mockAccessToken000000000Ada1\r\n\r\n"

    answer = exchange(server_url(http_parser=parser), head + length + trailer)

    assert answer.startswith(b"HTTP/1.1 401 ")
