"""Requests leave no reference cycles: collecting them would stop all other requests."""

import gc
import json
from collections.abc import Callable
from http.client import HTTPConnection

import pytest

from mockapi.app import create_app
from mockapi.server import serve_in_thread
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"
AUTHORIZED = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
SCORE = [{"date": "2026-05-31", "score": 72.5, "type": "daily", "category": "energy"}]


@pytest.mark.parametrize("what", ["sites", "post scores", "unauthorized", "not found"])
def test_a_request_leaves_no_reference_cycles(what: str) -> None:
    with serve_in_thread(create_app(Settings())) as url:
        port = int(url.rpartition(":")[2])
        status, body = ask(port, "GET", SITES, AUTHORIZED)
        assert status == 200
        site = f"{SITES}/{json.loads(body)[0]['id']}"
        request, expected = {
            "sites": (("GET", SITES, AUTHORIZED), 200),
            "post scores": (
                ("POST", f"{site}/performance-scores", AUTHORIZED, json.dumps(SCORE)),
                201,
            ),
            "unauthorized": (("GET", SITES, {}), 401),
            "not found": (("GET", f"{SITES}/unknown", AUTHORIZED), 404),
        }[what]
        assert ask(port, *request)[0] == expected

        def send(count: int) -> None:
            for _ in range(count):
                ask(port, *request)

        # The least of several, because the first requests build routes and fill caches, and threads
        # of other tests leave objects as well.
        assert min(unreachable_after(lambda: send(100)) for _ in range(3)) < 100


def unreachable_after(run: Callable[[], None]) -> int:
    """Return the number of objects left by *run* that only the garbage collector can free."""
    gc.collect()
    gc.disable()
    try:
        run()
        return gc.collect()
    finally:
        gc.enable()


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        more = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, body, {**headers, **more})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
