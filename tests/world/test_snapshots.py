"""Saving, restoring, exporting and importing snapshots."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from clock_steps import CLOCK, CUSTOMER, PARTNER, PARTNER_SITE, REQUESTS, advance, scenario
from starlette.testclient import TestClient

from mockapi import Settings, create_app
from mockapi.client import MockApiError
from mockapi.world.snapshots import MOST

SNAPSHOTS = "/__admin/snapshots"
OTHER_WORLD = (
    "The file contains a world of scenario 'scenario' with {}. "
    "Serve the file separately with MOCKAPI_DATA."
)
SCORES = f"{PARTNER_SITE}/performance-scores"


def save(world, name="kept"):
    return world.post(SNAPSHOTS, json={"name": name}).json()


def restore(world, name="kept"):
    return world.post(f"{SNAPSHOTS}/{name}/restore").json()


def download(world, name="kept") -> bytes:
    return world.get(f"{SNAPSHOTS}/{name}/file").content


def put_score(world, score: float) -> None:
    scores = [{"date": "2026-05-31", "score": score, "type": "daily", "category": "energy"}]
    world.post(SCORES, json=scores, headers=PARTNER).raise_for_status()


def rows(world) -> list[str]:
    """Everything in the world's store, as SQL."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(world.app.state.world.store.snapshot())
        return list(copy.iterdump())


def refusal(answer):
    body = answer.json()
    return body["status"], body["detail"]


def test_restore_resets_world_and_clock(open_world):
    world = open_world(scenario(whole="scoring_verdict: {takes: PT1H}"))
    world.post(REQUESTS, headers=CUSTOMER)
    advance(world, "PT30M")
    kept = save(world)
    before = rows(world)
    asked, scores = world.get(REQUESTS, headers=CUSTOMER).json(), world.get(SCORES, headers=PARTNER)

    put_score(world, 50)
    advance(world, "P3D")
    assert world.get(REQUESTS, headers=CUSTOMER).json() != asked
    assert (
        restore(world)
        == kept
        == {"name": "kept", "at": "2026-06-01T09:30:00Z", "size": kept["size"]}
    )
    assert rows(world) == before
    assert world.get(CLOCK).json() == {"now": kept["at"], "mode": "frozen", "rate": 0}
    assert world.get(REQUESTS, headers=CUSTOMER).json() == asked
    assert world.get(SCORES, headers=PARTNER).json() == scores.json() == []


def test_restored_running_clock_continues(open_world, system):
    world = open_world(scenario(), clock=system)
    world.put(CLOCK, json={"rate": 60})
    system.advance(timedelta(minutes=1))
    assert save(world)["at"] == "2026-07-01T13:00:00Z"
    system.advance(timedelta(hours=1))
    restore(world)
    running = {"now": "2026-07-01T13:00:00Z", "mode": "running", "rate": 60}
    assert world.get(CLOCK).json() == running
    system.advance(timedelta(minutes=1))
    assert world.get(CLOCK).json() == running | {"now": "2026-07-01T14:00:00Z"}


def test_restored_running_clock_continues_after_restart(tmp_path, open_world, system):
    data = tmp_path / "world.sqlite"
    world = open_world(scenario(), data=data, clock=system)
    world.put(CLOCK, json={"rate": 1})
    save(world)
    system.advance(timedelta(days=1))
    restore(world)
    world.app.state.world.close()
    system.advance(timedelta(hours=1))
    again = open_world(data=data, clock=system)
    assert again.get(CLOCK).json()["now"] == "2026-07-01T13:00:00Z"


def test_restored_clock_follows_the_system_again(open_world, system):
    world = open_world(scenario(), clock=system)
    save(world)
    world.put(CLOCK, json={"freeze": "2026-08-01T00:00:00Z"})
    system.advance(timedelta(hours=1))
    restore(world)
    following = {"now": "2026-07-01T13:00:00Z", "mode": "system", "rate": 1}
    assert world.get(CLOCK).json() == following


def test_snapshots_are_listed_replaced_and_removed(open_world):
    world = open_world(scenario())
    first, second = save(world, "first"), save(world, "second")
    assert world.get(SNAPSHOTS).json() == [first, second]
    advance(world, "PT1H")
    replaced = save(world, "first")
    assert replaced["at"] == "2026-06-01T10:00:00Z"
    assert world.get(SNAPSHOTS).json() == [second, replaced]
    assert world.delete(f"{SNAPSHOTS}/second").status_code == 204
    assert world.get(SNAPSHOTS).json() == [replaced]


def test_reset_does_not_remove_snapshots(open_world):
    world = open_world(scenario())
    advance(world, "PT1H")
    kept = save(world)
    world.post("/__admin/reset")
    assert world.get(CLOCK).json()["now"] == "2026-06-01T09:00:00Z"
    restore(world)
    assert world.get(CLOCK).json()["now"] == kept["at"] == "2026-06-01T10:00:00Z"


def test_number_of_snapshots_is_limited(open_world):
    world = open_world(scenario())
    for number in range(MOST):
        save(world, f"number-{number}")
    answer = world.post(SNAPSHOTS, json={"name": "one-more"})
    full = (409, "The maximum of 20 snapshots is reached. Delete one first.")
    assert refusal(answer) == full
    assert refusal(world.put(f"{SNAPSHOTS}/one-more/file", content=b"")) == full
    assert save(world, "number-0")["name"] == "number-0"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/restore"), ("DELETE", ""), ("GET", "/file")]
)
def test_unknown_snapshot_is_404(open_world, method, path):
    world = open_world(scenario())
    unknown = f"{SNAPSHOTS}/nowhere{path}"
    message = "Snapshot 'nowhere' does not exist. {}"
    assert refusal(world.request(method, unknown)) == (404, message.format("Save one first."))
    save(world, "here")
    assert refusal(world.request(method, unknown)) == (404, message.format("Snapshots: here."))


@pytest.mark.parametrize("name", ["", "a b", "../a", ".hidden", "x" * 65])
def test_invalid_snapshot_name_is_refused(open_world, name):
    answer = open_world(scenario()).post(SNAPSHOTS, json={"name": name})
    assert refusal(answer)[0] == 400
    assert answer.json()["invalid-params"][0]["name"] == "name"


def test_file_is_imported_into_same_scenario(open_world):
    here, there = open_world(scenario()), open_world(scenario())
    put_score(here, 50)
    advance(here, "P1D")
    kept = save(here)
    answer = here.get(f"{SNAPSHOTS}/kept/file")
    assert answer.headers["content-type"] == "application/vnd.sqlite3"
    assert answer.headers["content-disposition"] == 'attachment; filename="kept.sqlite"'

    taken = there.put(f"{SNAPSHOTS}/theirs/file", content=answer.content)
    assert (taken.status_code, taken.json()) == (201, kept | {"name": "theirs"})
    restore(there, "theirs")
    assert rows(there) == rows(here)
    assert [each["score"] for each in there.get(SCORES, headers=PARTNER).json()] == [50]


@pytest.mark.parametrize("kept_in", ["memory", "file"])
def test_snapshot_file_is_served_with_mockapi_data(tmp_path, open_world, kept_in):
    data = tmp_path / "first.sqlite" if kept_in == "file" else None
    here = open_world(scenario(), data=data)
    put_score(here, 50)
    advance(here, "P1D")
    save(here)
    path = tmp_path / "kept.sqlite"
    path.write_bytes(download(here))
    there = open_world(data=path)
    assert rows(there) == rows(here)
    assert there.get(CLOCK).json()["now"] == "2026-06-02T09:00:00Z"
    put_score(there, 60)
    assert [each["score"] for each in there.get(SCORES, headers=PARTNER).json()] == [60]


def test_snapshot_of_file_world_is_imported_and_restored(tmp_path, open_world):
    here = open_world(scenario(), data=tmp_path / "here.sqlite")
    put_score(here, 50)
    save(here)
    content = download(here)
    there = open_world(scenario(), data=tmp_path / "there.sqlite")
    there.put(f"{SNAPSHOTS}/kept/file", content=content).raise_for_status()
    restore(there)
    assert rows(there) == rows(here)


@pytest.mark.parametrize(
    ("settings", "result"),
    [
        ({"seed": 9}, "seed '1'; this one is of 'scenario', seed 9, edition latest"),
        ({"edition": "2022"}, "edition 'latest'; this one is of 'scenario', seed 1, edition 2022"),
    ],
)
def test_a_file_of_another_world_is_refused(open_world, settings, result):
    here, there = open_world(scenario()), open_world(scenario(), **settings)
    save(here)
    assert refusal(there.put(f"{SNAPSHOTS}/kept/file", content=download(here))) == (
        409,
        OTHER_WORLD.format(result),
    )
    assert there.get(SNAPSHOTS).json() == []


def test_a_file_of_another_scenario_names_both(open_world):
    here = open_world(scenario())
    save(here)
    there = TestClient(create_app(Settings(scenario="empty")))
    detail = (
        "The file contains a world of scenario 'scenario'; this one is of 'empty', seed 1, edition "
        "latest. Serve the file separately with MOCKAPI_DATA."
    )
    assert refusal(there.put(f"{SNAPSHOTS}/kept/file", content=download(here))) == (409, detail)
    assert there.get(SNAPSHOTS).json() == []
    there.app.state.worlds.close()


def foreign() -> bytes:
    with closing(sqlite3.connect(":memory:")) as theirs:
        theirs.execute("CREATE TABLE t(x)")
        return theirs.serialize()


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (b"", "The file is not a world database: "),
        (
            b"Dear Ada, this is a letter and no database. " * 40,
            "The file is not a world database: ",
        ),
        (foreign(), "The file is not a world database: it belongs to another program."),
    ],
    ids=["empty", "letter", "foreign"],
)
def test_invalid_snapshot_file_is_refused(open_world, content, result):
    world = open_world(scenario())
    status, detail = refusal(world.put(f"{SNAPSHOTS}/kept/file", content=content))
    assert status == 400
    assert detail.startswith(result)


def test_a_damaged_file_and_one_of_another_version_are_refused(open_world):
    world = open_world(scenario())
    save(world)
    content = bytearray(download(world))
    for page in range(len(content) // 4096 // 2, len(content) // 4096):
        content[4096 * page : 4096 * page + 200] = b"x" * 200
    damaged = world.put(f"{SNAPSHOTS}/damaged/file", content=bytes(content))
    status, detail = refusal(damaged)
    assert status == 400
    assert re.match("The file is (damaged|not a world database): ", detail)

    with closing(sqlite3.connect(":memory:")) as other:
        other.deserialize(download(world))
        other.execute("ALTER TABLE site ADD COLUMN colour")
        answer = world.put(f"{SNAPSHOTS}/other/file", content=other.serialize())
    assert refusal(answer) == (
        400,
        (
            "The file is damaged: its tables are not those of this version of mockapi."
            " Take another snapshot."
        ),
    )


def test_snapshot_file_may_exceed_body_limit(open_world):
    world = open_world(scenario(), max_body_bytes=1000)
    save(world)
    content = download(world)
    assert len(content) > 1000
    assert world.put(f"{SNAPSHOTS}/again/file", content=content).json()["name"] == "again"


def test_fixture_saves_and_restores_snapshots(mockapi):
    mockapi.snapshot("first")
    began = mockapi.clock.now()
    mockapi.clock.advance("P1D")
    mockapi.restore("first")
    assert mockapi.clock.now() == began
    with pytest.raises(
        MockApiError, match=r"Snapshot 'second' does not exist\. Snapshots: first\."
    ):
        mockapi.restore("second")
