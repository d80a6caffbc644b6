"""Worlds that are loaded again from their scenario file."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockapi import MockApi, Settings
from mockapi.client import MockApiError
from mockapi.world.registry import UnknownWorldError, Worlds
from mockapi.world.reload import NotReloadableError, reopen
from mockapi.world.world import Leases, World, WorldClosedError

RELOAD = {"reload": True}


def write(path: Path, email: str = "ada@example.com", extra: str = "") -> None:
    path.write_text(
        f"customers: [{{email: {email}, sites: [{{building: office, city: Lyon}}]}}]\n{extra}"
    )


def emails(server: MockApi) -> list[str]:
    return [each["email"] for each in server.world()["customers"]]


@pytest.fixture
def mine(tmp_path) -> Path:
    write(tmp_path / "mine.yaml")
    return tmp_path / "mine.yaml"


@pytest.fixture
def server(mine, start_server) -> MockApi:
    return MockApi(start_server(scenario=str(mine)))


def test_reload_reads_the_file_and_reset_does_not(mine, server):
    server.snapshot("kept")
    write(mine, "eve@example.com", "clock: 2026-02-03T00:00:00Z\n")
    server.reset()
    assert (emails(server), len(server.snapshots())) == (["ada@example.com"], 1)
    server.fault("latency", seconds=0.001).add()
    server.reset(reload=True)
    assert emails(server) == ["eve@example.com"]
    assert server.clock.now().isoformat() == "2026-02-03T00:00:00+00:00"
    assert (server.journal(), server.faults(), server.snapshots()) == ([], [], [])
    server.reset()
    assert emails(server) == ["eve@example.com"]


def test_mistake_keeps_the_world(mine, server):
    fault = server.fault("latency", seconds=0.001).add()
    write(mine, extra="sede: 3\n")
    with pytest.raises(MockApiError, match=f"{mine}:2:7: sede: unknown key") as caught:
        server.reset(reload=True)
    assert caught.value.status == 409
    assert (emails(server), [each["id"] for each in server.faults()]) == (
        ["ada@example.com"],
        [fault.id],
    )
    mine.unlink()
    with pytest.raises(MockApiError, match="this file does not exist"):
        server.reset(reload=True)
    write(mine, "eve@example.com")
    server.reset(reload=True)
    assert emails(server) == ["eve@example.com"]


def test_named_world_is_loaded_again_alone(mine, new_app):
    app = new_app(scenario=str(mine))
    worlds: Worlds = app.state.worlds
    worlds.create("blue", {})
    write(mine, "eve@example.com")
    blue = worlds.get("blue")
    worlds.replace(reopen(blue))
    assert worlds.current(blue) is worlds.get("blue") is not blue
    assert [each.store.customers()[0].email for each in (worlds.first, *worlds)] == [
        "ada@example.com",
        "eve@example.com",
    ]
    reopened = reopen(worlds.get("blue"))
    worlds.delete("blue")
    with pytest.raises(UnknownWorldError):
        worlds.replace(reopened)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "red", "scenario": "empty"}, "'empty' is a scenario of mockapi"),
        ({"name": "red", "scenario_text": "seed: 3"}, "was given as text"),
        ({"name": "red", "scenario": {"seed": 3}}, "was given as text"),
    ],
)
def test_world_without_a_file_is_not_loaded_again(client, body, message):
    client.post("/__admin/worlds", json=body)
    refused = client.post("/w/red/__admin/reset", json=RELOAD)
    client.delete("/__admin/worlds/red")
    assert refused.status_code == 409
    assert message in refused.json()["detail"]


def test_world_in_a_data_file_is_not_loaded_again(mine, tmp_path):
    world = World.open(Settings(scenario=str(mine), data=tmp_path / "world.db"))
    with pytest.raises(NotReloadableError, match="A world in a data file"):
        reopen(world)
    world.close()


def test_stream_continues_after_a_reload(mine, server):
    parts = urlsplit(server.url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("GET", "/__admin/journal/tail?clock=true")
    stream = connection.getresponse()
    events = iter(lambda: next(line for line in stream if line.startswith(b"data: "))[6:], b"")
    assert json.loads(next(events))["mode"] == "system"
    write(mine, extra="clock: 2026-02-03T00:00:00Z\n")
    server.reset(reload=True)
    assert json.loads(next(events))["now"] == "2026-02-03T00:00:00Z"
    server.clock.advance("P1D")
    assert json.loads(next(events))["now"] == "2026-02-04T00:00:00Z"
    connection.close()


def test_requests_during_reloads_see_one_world_each(mine, start_server):
    """The first or the second world, never a mixture and never an error."""
    sizes = {"ada@example.com": 1, "eve@example.com": 40}
    server = MockApi(start_server(scenario=str(mine)))

    def write_world(email: str) -> None:
        sites = ", ".join(["{building: office, city: Lyon}"] * sizes[email])
        mine.write_text(f"customers: [{{email: {email}, sites: [{sites}]}}]\n")

    def look(_: int) -> bool:
        (customer,) = MockApi(server.url).world()["customers"]
        return len(customer["sites"]) == sizes[customer["email"]]

    with ThreadPoolExecutor(4) as pool:
        seen = pool.map(look, range(120))
        for number in range(12):
            write_world(list(sizes)[number % 2])
            server.reset(reload=True)
        assert set(seen) == {True}


def test_previous_world_closes_after_its_last_request():
    events: list[str] = []
    leases = Leases(lambda: events.append("released"))
    lease = leases.acquire(lambda: events.append("cancelled"))
    leases.retire()
    with pytest.raises(WorldClosedError):
        leases.acquire(lambda: None)
    assert events == []
    leases.release(lease)
    leases.end()
    assert events == ["released"]
