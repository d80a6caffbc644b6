"""Requests whose world is deleted, expires, or is reset while they run."""

import json
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from itertools import cycle, islice
from threading import Event
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from mockapi import MockApi, Settings, create_app, serve_in_thread
from mockapi.world.registry import Worlds
from mockapi.world.world import Leases, World, WorldClosedError

SITES = "/ecostruxure/scoring/v1/sites"
BEARER = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
GONE = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "World 'blue' does not exist or has expired. "
    "Create it with PUT /__admin/worlds/{name}.",
}


@pytest.fixture(scope="module")
def server() -> Generator[MockApi]:
    app = create_app(Settings())
    with closing(app.state.worlds), serve_in_thread(app) as url:
        yield MockApi(url)


@pytest.fixture
def blue(server) -> Generator[MockApi]:
    world = server.create_world("blue", scenario="demo")
    yield world
    httpx2.delete(f"{server.url}/__admin/worlds/blue")


def delete(server: MockApi) -> None:
    httpx2.delete(f"{server.url}/__admin/worlds/blue").raise_for_status()


def first_site(world: MockApi) -> str:
    return httpx2.get(f"{world.url}{SITES}", headers=BEARER).json()[0]["id"]


def begin(world: MockApi, method: str, path: str, **headers: str) -> HTTPConnection:
    """Send the head of a request to *world*, and return once the server has received it."""
    parts = urlsplit(world.url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.putrequest(method, f"{parts.path}{path}")
    for name, value in {**BEARER, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    # The server reads in the order of arrival: the request above is running by now.
    httpx2.get(f"{world.url}/healthz").raise_for_status()
    return connection


def refusal(answer: HTTPResponse) -> tuple[int, str, dict]:
    return answer.status, answer.headers["content-type"], json.loads(answer.read())


def test_request_waiting_in_a_deleted_world_is_answered_404(server, blue):
    blue.fault("latency", seconds=60).add()
    with closing(begin(blue, "GET", SITES)) as waiting:
        delete(server)
        answered = refusal(waiting.getresponse())
    assert answered == (404, "application/problem+json", GONE)


def test_half_sent_body_to_a_deleted_world_is_answered_404(server, blue):
    path, kind = f"{SITES}/1/performance-scores", {"Content-Type": "application/json"}
    with closing(begin(blue, "POST", path, **kind, **{"Content-Length": "100"})) as half:
        half.send(b"[{")
        httpx2.get(f"{blue.url}/healthz").raise_for_status()
        delete(server)
        answered = refusal(half.getresponse())
    assert answered == (404, "application/problem+json", GONE)


def test_stream_of_a_deleted_world_is_sent_to_its_end():
    app = create_app(Settings())

    async def deleting(scope, receive, send):
        async def send_and_delete(message):
            await send(message)
            if message["type"] == "http.response.body" and "blue" in app.state.worlds:
                app.state.worlds.delete("blue")

        await app(scope, receive, send_and_delete)

    with closing(app.state.worlds), TestClient(app, headers=BEARER) as client:
        client.post("/__admin/worlds", json={"name": "blue"})
        path = f"{SITES}/{client.get(SITES).json()[0]['id']}/timeseries"
        key = client.get(path).json()[-1]["key"]
        # The stream reads this from the store when it comes to the last key.
        pushed = {"key": key, "readings": [{"date": "2026-05-01T00:00:00Z", "value": 7}]}
        for root in ("", "/w/blue"):
            assert client.put(f"{root}/__admin/readings", json=pushed).status_code == 200
        answer = TestClient(deleting, headers=BEARER).get(f"/w/blue{path}")
        assert (answer.status_code, answer.content) == (200, client.get(path).content)
        assert client.get(f"/w/blue{path}").json() == GONE


def test_tail_of_a_deleted_world_ends_in_order(server, blue):
    with closing(begin(blue, "GET", "/__admin/journal/tail")) as tail:
        answer = tail.getresponse()
        assert answer.readline() == b": journal of world blue\n"
        delete(server)
        assert (answer.status, answer.read()) == (200, b"\n")


def test_request_in_an_expired_world_keeps_its_store_open():
    settings = Settings(scenario="empty", world_idle=timedelta(minutes=10))
    seconds = [0.0]
    with closing(Worlds(World.open(settings), lambda: seconds[0])) as worlds:
        world = worlds.create("idle", {})
        notified = Event()
        lease = world.leases.acquire(notified.set)
        seconds[0] = 11 * 60
        assert (list(worlds), notified.is_set()) == ([], True)
        assert world.store.metadata()["scenario"] == "empty"
        world.leases.release(lease)
        with pytest.raises(WorldClosedError):
            world.leases.acquire(notified.set)


def test_world_is_released_once_when_its_last_lease_ends():
    released = []
    leases = Leases(lambda: released.append(True))
    first, last = leases.acquire(lambda: None), leases.acquire(lambda: None)
    leases.end()
    leases.end()
    leases.release(first)
    assert released == []
    leases.release(last)
    leases.end()
    assert released == [True]


def test_first_world_closed_under_a_request_is_answered_503():
    app = create_app(Settings(scenario="empty"))
    with serve_in_thread(app) as url:
        server = MockApi(url)
        server.fault("latency", seconds=60).add()
        with closing(begin(server, "GET", SITES)) as waiting:
            app.state.worlds.close()
            status, _, problem = refusal(waiting.getresponse())
    assert (status, problem["detail"]) == (503, "The server is stopping.")


def recreate(server: MockApi) -> None:
    delete(server)
    server.create_world("blue", scenario="demo")


def reset(server: MockApi) -> None:
    httpx2.post(f"{server.url}/w/blue/__admin/reset").raise_for_status()


def restore(server: MockApi) -> None:
    snapshots = f"{server.url}/w/blue/__admin/snapshots"
    httpx2.post(snapshots, json={"name": "s"}).raise_for_status()
    httpx2.post(f"{snapshots}/s/restore").raise_for_status()


@pytest.mark.parametrize("disturb", [recreate, reset, restore])
def test_requests_of_a_disturbed_world_never_fail(server, blue, disturb):
    site = first_site(blue)
    own = f"{SITES}/{site}"
    paths = (
        *(SITES, f"{own}/timeseries", f"{own}/performance-scores"),
        *("/", "/console/sites", f"/console/sites/{site}", "/console/scores", "/console/oauth"),
        *("/__admin/world", "/__admin/journal", "/__admin/faults"),
        *(f"/__admin/scores?site={site}", f"/__admin/sites/{site}"),
    )
    done = Event()

    def ask(first: int) -> set[tuple[int, str]]:
        seen = set()
        with httpx2.Client(headers=BEARER, timeout=60) as client:
            for path in islice(cycle(paths), first, first + 2 * len(paths)):
                answer = client.get(f"{blue.url}{path}")
                is_gone = answer.status_code == 404 and answer.json() == GONE
                seen.add((answer.status_code, "" if answer.is_success or is_gone else answer.text))
        return seen

    def disturb_until_done() -> int:
        times = 0
        while not done.wait(0.05) and times < 500:
            disturb(server)
            times += 1
        return times

    with ThreadPoolExecutor(5) as threads:
        disturbing = threads.submit(disturb_until_done)
        try:
            seen = set().union(*threads.map(ask, range(4)))
        finally:
            done.set()
        assert disturbing.result() > 1
    assert seen - {(404, "")} == {(200, "")}
