"""Nested faults in the bytes of one response, over a socket."""

import json
import socket
from contextlib import ExitStack
from itertools import permutations
from urllib.parse import urlsplit

import pytest
from fault_steps import BEARER, CLIENTS, SITES

BREAKING = {"truncated_body": {}, "malformed_chunk": {}}
BYTES = {
    **BREAKING,
    "slow_dribble": {"seconds": 0.01},
    "malformed_json": {"defect": "trailing_comma"},
    "wrong_content_type": {},
}


def exchange(url, method="GET", path=SITES):
    """Return all received bytes until the connection is closed."""
    parts = urlsplit(url)
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Authorization: {BEARER['Authorization']}",
        "Connection: close",
        "Content-Length: 0",
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return b"".join(iter(lambda: line.recv(65_536), b""))


def switched_on(server, kinds):
    with ExitStack() as stack:
        faults = [stack.enter_context(server.fault(kind, **BYTES.get(kind, {}))) for kind in kinds]
        came = exchange(server.url)
        return came, {fault: each.hits for fault, each in zip(kinds, faults, strict=True)}


PAIRS = [pair for pair in permutations(BYTES, 2) if BREAKING.keys() & set(pair)]


@pytest.mark.parametrize("pair", [pytest.param(pair, id=" around ".join(pair)) for pair in PAIRS])
def test_truncated_response_has_headers_under_any_outer_fault(either, pair):
    came, hits = switched_on(either, pair)
    head, _, body = came.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert came.count(b"HTTP/1.1") == 1
    # A truncated body is not JSON, so that `malformed_json` does not apply.
    unreadable = pair[0] == "malformed_json"
    assert hits == {kind: 0 if unreadable and kind == pair[0] else 1 for kind in pair}
    assert (b"content-type: text/html" in head.lower()) == ("wrong_content_type" in pair)
    assert (b"mock\r\n" in body) == ("malformed_chunk" in pair and pair[0] != "truncated_body")
    assert not body.endswith(b"0\r\n\r\n")


def test_truncated_response_can_be_slow(either):
    whole = CLIENTS["requests"](either.url + SITES).text.encode()
    with (
        either.fault("slow_dribble", seconds=0.01, pieces=4),
        either.fault("truncated_body", framing="length", share=0.5),
    ):
        head, _, body = exchange(either.url).partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head.lower()
    assert body == whole[: len(whole) // 2]


@pytest.mark.parametrize("around", BYTES)
def test_faults_outside_a_lost_response_are_not_applied(either, around):
    site = either.world()["customers"][0]["sites"][0]
    path = f"/ecostruxure/user/scoring/v1/sites/{site}/scoring-requests"
    with either.fault(around, **BYTES[around]) as outer, either.fault("lost_answer") as lost:
        came = exchange(either.url, "POST", path)
    (kept,) = json.loads(CLIENTS["requests"](either.url + path).text)
    assert (came, kept["status"]) == (b"", "PENDING")
    assert (outer.hits, lost.hits) == (0, 1)


def test_duplicate_write_loses_only_the_last_response(either):
    site = either.world()["customers"][0]["sites"][0]
    path = f"/ecostruxure/user/scoring/v1/sites/{site}/scoring-requests"
    with either.fault("duplicate_delivery", copies=2), either.fault("lost_answer") as lost:
        came = exchange(either.url, "POST", path)
    # The second delivery is rejected with 409, which is not lost.
    assert (came.startswith(b"HTTP/1.1 409"), lost.hits) == (True, 0)
