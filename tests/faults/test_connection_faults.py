"""Faults below HTTP, with three clients and both HTTP parsers."""

import asyncio
import json
import socket
from urllib.parse import urlsplit

import pytest
from fault_steps import BEARER, CLIENTS, SITES, USER_SITES

from mockapi.faults.kinds import KINDS
from mockapi.faults.responses import Connection

# Per kind: its settings, and the exceptions of http.client, requests and httpx2.
RAISED = [
    pytest.param(
        "connection_reset",
        {},
        ("ConnectionResetError", "ConnectionError", "ReadError"),
        id="connection_reset",
    ),
    pytest.param(
        "empty_reply",
        {},
        ("RemoteDisconnected", "ConnectionError", "RemoteProtocolError"),
        id="empty_reply",
    ),
    pytest.param(
        "garbage", {}, ("BadStatusLine", "ConnectionError", "RemoteProtocolError"), id="garbage"
    ),
    pytest.param(
        "truncated_body",
        {},
        ("IncompleteRead", "ChunkedEncodingError", "RemoteProtocolError"),
        id="truncated_body",
    ),
    pytest.param(
        "truncated_body",
        {"framing": "length", "share": 0.9},
        ("IncompleteRead", "ChunkedEncodingError", "RemoteProtocolError"),
        id="truncated_body, promised length",
    ),
    pytest.param(
        "malformed_chunk",
        {},
        ("IncompleteRead", "ChunkedEncodingError", "RemoteProtocolError"),
        id="malformed_chunk",
    ),
]


@pytest.mark.parametrize(("kind", "settings", "raised"), RAISED)
def test_clients_see_the_fault_and_the_next_request_succeeds(either, kind, settings, raised):
    url = either.url + SITES
    with either.fault(kind, operation="listSites", **settings) as fault:
        met = tuple(ask(url).raised for ask in CLIENTS.values())

    after = {ask(url).status for ask in CLIENTS.values()}
    assert (met, after) == (raised, {200})
    # requests and http.client ask once each; httpx2 too.
    assert (fault.hits, fault.matched) == (3, 3)


def test_reset_after_the_client_has_gone_raises_no_error():
    async def received():
        return {"type": "http.disconnect"}

    async def reset() -> bool:
        gone = asyncio.Event()

        class Noting(asyncio.Protocol):
            def connection_lost(self, exc):
                gone.set()

        ours, theirs = socket.socketpair()
        transport, _ = await asyncio.get_running_loop().create_connection(Noting, sock=ours)
        theirs.close()
        await gone.wait()
        await Connection(transport, received, lambda: None).reset()
        return transport.is_closing()

    assert asyncio.run(reset())


def exchange(url: str, path: str) -> bytes:
    """Return all received bytes until the connection is closed."""
    parts = urlsplit(url)
    head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: "
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(f"{head}{BEARER['Authorization']}\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(65_536), b""))


def test_empty_reply_has_no_bytes(either):
    with either.fault("empty_reply"):
        assert exchange(either.url, SITES) == b""


def test_garbage_has_the_given_size_and_is_reproducible(either):
    seen = []
    for _ in range(2):
        with either.fault("garbage", size=100, seed=5):
            seen.append(exchange(either.url, SITES))
    with either.fault("garbage", size=100, seed=6):
        other = exchange(either.url, SITES)

    assert seen[0] == seen[1] != other
    assert (len(seen[0]), seen[0][:1]) == (100, b"\x00")


def test_truncated_body_is_a_prefix_of_the_body(either):
    whole = CLIENTS["requests"](either.url + SITES).text.encode()
    with either.fault("truncated_body", framing="length", share=0.25):
        head, _, body = exchange(either.url, SITES).partition(b"\r\n\r\n")

    assert f"content-length: {len(whole)}".encode() in head.lower()
    assert body == whole[: len(whole) // 4]


def test_malformed_chunk_follows_a_valid_one(either):
    whole = CLIENTS["requests"](either.url + SITES).text.encode()
    with either.fault("malformed_chunk"):
        _, _, body = exchange(either.url, SITES).partition(b"\r\n\r\n")

    half = len(whole) // 2
    size, _, rest = body.partition(b"\r\n")
    assert (int(size, 16), rest) == (half, whole[:half] + b"\r\nmock\r\n" + whole[half:])


@pytest.mark.parametrize(
    ("ending", "raised"),
    [
        pytest.param("closed", "RemoteDisconnected", id="closed"),
        pytest.param("reset", "ConnectionResetError", id="reset"),
    ],
)
def test_lost_answer_keeps_the_write(either, ending, raised):
    site = either.world()["customers"][0]["sites"][0]
    url = f"{either.url}{USER_SITES}/{site}/scoring-requests"
    ask = CLIENTS["http.client"]
    with either.fault("lost_answer", ending=ending, times=1) as fault:
        first, second = ask(url, "POST"), ask(url, "POST")

    (kept,) = json.loads(ask(url).text)
    assert (first.raised, second.status, kept["status"]) == (raised, 409, "PENDING")
    assert fault.hits == 1


def test_all_kinds_that_need_a_socket_are_tested():
    needy = {kind for kind, fault in KINDS.items() if fault.model_construct().needs_socket}
    assert needy == {case.values[0] for case in RAISED} | {"lost_answer"}


def test_reset_does_not_affect_other_connections(either):
    import requests

    with requests.Session() as kept, either.fault("connection_reset", header={"x-who": "other"}):
        before = kept.get(either.url + SITES, headers=BEARER, timeout=10).json()
        met = CLIENTS["requests"](either.url + SITES, headers={**BEARER, "X-Who": "other"}).raised
        after = kept.get(either.url + SITES, headers=BEARER, timeout=10).json()

    assert (met, before) == ("ConnectionError", after)
