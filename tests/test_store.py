"""What a world's store keeps through threads, resets, restarts and sudden death."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mockapi.domain.oauth.scopes import ALL_SCOPES
from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.settings import Settings
from mockapi.store.lock import FileInUse
from mockapi.store.scores import NewScore
from mockapi.store.store import OtherFile
from mockapi.store.tables import Site
from mockapi.world.world import World, WorldMismatch

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def first_site(world: World) -> Site:
    return world.store.sites(world.store.customers()[0].id)[0]


def rows(world: World) -> list[str]:
    """Everything in the store, as SQL; the bytes of a database also count its changes."""
    copy = sqlite3.connect(":memory:")
    snapshot = bytearray(world.store.snapshot())
    snapshot[18:20] = b"\1\1"  # no write-ahead log in memory
    copy.deserialize(snapshot)
    dump = list(copy.iterdump())
    copy.close()
    return dump


def put(world: World, day: int, score: float = 50.0) -> None:
    new = NewScore(f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}", score, ScoreType.DAILY,
                   ScoreCategory.FUEL)  # fmt: skip
    world.store.put_scores(first_site(world).id, [new], NOW, world.seed)


def fuel_scores(world: World) -> list[tuple[str, float]]:
    rows = world.store.scores(first_site(world).id, (), {ScoreCategory.FUEL})
    return [(row.date, row.score) for row in rows]


@pytest.mark.parametrize("kept_in", ["memory", "file"])
def test_threads_that_write_at_once_lose_nothing(tmp_path: Path, kept_in):
    path = tmp_path / "world.sqlite" if kept_in == "file" else None
    world = World.open(Settings(data=path))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda day: put(world, day), range(160)))
    stamps = [
        row.updated_at_ns
        for row in world.store.scores(first_site(world).id, (), {ScoreCategory.FUEL})
    ]
    assert len(fuel_scores(world)) == 160
    assert len(set(stamps)) == 160
    world.close()


def test_two_worlds_in_memory_share_nothing():
    ours, theirs = World.open(Settings()), World.open(Settings())
    put(ours, 1)
    assert (len(fuel_scores(ours)), len(fuel_scores(theirs))) == (1, 0)


def test_a_reset_brings_back_the_whole_first_state():
    world = World.open(Settings())
    before = rows(world)
    put(world, 1)
    customer, client = world.store.customers()[0], world.store.clients()[0]
    world.issuer.token_for(customer, client, ALL_SCOPES)
    assert rows(world) != before
    world.reset()
    assert rows(world) == before
    assert fuel_scores(world) == []


def test_what_was_minted_before_a_reset_is_minted_again_after_it():
    world = World.open(Settings())
    customer, client = world.store.customers()[0], world.store.clients()[0]
    first = world.issuer.token_for(customer, client, ALL_SCOPES)
    world.reset()
    assert world.issuer.token_for(customer, client, ALL_SCOPES) == first


def test_a_restart_on_a_file_resumes_exactly(tmp_path: Path):
    settings = Settings(data=tmp_path / "world.sqlite", seed=77, edition="2023-java")
    world = World.open(settings)
    put(world, 1, 12.5)
    before, token = rows(world), world.ready_credentials()
    world.close()

    again = World.open(Settings(data=settings.data))
    assert rows(again) == before
    assert (again.seed, again.edition.name, again.now()) == (77, "2023-java", NOW)
    assert again.ready_credentials() == token
    assert fuel_scores(again) == [("2026-01-02", 12.5)]
    again.reset()
    assert fuel_scores(again) == []
    again.close()


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"scenario": "empty"}, "holds a world with scenario 'demo', not 'empty'"),
        ({"seed": 5}, "holds a world with seed '20260601', not '5'"),
        ({"edition": "2022"}, "holds a world with edition 'latest', not '2022'"),
        ({"clock": "system"}, "holds a world with clock '2026-06-01 09:00:00"),
    ],
)
def test_a_file_with_another_world_than_asked_for_is_refused(tmp_path: Path, asked, complaint):
    path = tmp_path / "world.sqlite"
    World.open(Settings(data=path)).close()
    with pytest.raises(WorldMismatch, match="name another file") as caught:
        World.open(Settings(data=path, **asked))
    assert complaint in str(caught.value)


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ada, this is a letter and no database. " * 40)
    before = path.read_bytes()
    with pytest.raises(OtherFile, match="is not a world's store"):
        World.open(Settings(data=path))
    assert path.read_bytes() == before


def test_a_file_is_served_by_one_world_at_a_time(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    world = World.open(Settings(data=path))
    with pytest.raises(FileInUse, match="in use by another mockapi"):
        World.open(Settings(data=path))
    world.close()
    World.open(Settings(data=path)).close()


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path):
    path = tmp_path / "world.sqlite"
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0", "--data", str(path)]
    acknowledged = 0
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            url = next(line.split()[1] for line in server.stdout if "address" in line)
            sites = json.load(urlopen(_request(f"{url}/ecostruxure/scoring/v1/sites")))
            scores = f"{url}/ecostruxure/scoring/v1/sites/{sites[0]['id']}/performance-scores"
            for _ in range(30):
                day = f"2025-{1 + acknowledged // 28:02d}-{1 + acknowledged % 28:02d}"
                score = {"date": day, "score": 5, "type": "daily", "category": "fuel"}
                with urlopen(_request(scores, [score])) as answer:
                    acknowledged += answer.status == 201
            os.kill(server.pid, signal.SIGKILL)
    assert acknowledged == 60
    world = World.open(Settings(data=path))
    assert len(fuel_scores(world)) == acknowledged
    world.close()


def _request(url: str, body: object = None) -> Request:
    headers = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
    data = None
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    return Request(url, data, headers)
