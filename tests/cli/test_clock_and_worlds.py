"""Clocks and worlds by `mockapi clock` and `mockapi worlds`."""

import json
from pathlib import Path


def test_the_clock_is_shown_and_moved(server, told):
    assert told("clock", "show") == "2026-06-01T09:00:00Z  frozen\n"
    assert told("clock", "advance", "P1DT2H") == "2026-06-02T11:00:00Z  frozen\n"
    assert told("clock", "freeze", "2026-07-01T00:00:00Z") == "2026-07-01T00:00:00Z  frozen\n"
    running = told("clock", "rate", "60").strip()
    assert running.endswith("  running, 60 seconds a second")
    assert json.loads(told("clock", "freeze", "--json"))["mode"] == "frozen"
    assert json.loads(told("clock", "follow", "--json"))["mode"] == "system"


def test_the_clock_does_not_turn_back(server, run):
    result = run("clock", "freeze", "2020-01-01T00:00:00Z")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the clock is at 2026-06-01T09:00:00Z and moves forward only" in result.stderr


def test_a_world_is_made_listed_used_and_deleted(server, told, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\nclock: 2026-01-01T00:00:00Z\n")
    address = told("worlds", "create", "mine", "--scenario", str(file))
    assert address == f"{server.url}/w/mine\n"
    assert told("worlds", "list").splitlines() == [
        "name  scenario  seed  edition  now",
        "mine  mine      3     latest   2026-01-01T00:00:00Z",
    ]
    assert told("clock", "advance", "PT1H", "--world", "mine") == "2026-01-01T01:00:00Z  frozen\n"
    assert told("clock", "show", "--url", address.strip()) == "2026-01-01T01:00:00Z  frozen\n"
    assert told("clock", "show") == "2026-06-01T09:00:00Z  frozen\n"
    assert told("worlds", "delete", "mine") == ""
    assert json.loads(told("worlds", "list", "--json")) == []


def test_a_world_takes_settings_of_its_own(server, told):
    words = ("--scenario", "empty", "--seed", "9", "--edition", "2022", "--json")
    made = json.loads(told("worlds", "create", *words, "--clock", "2026-03-01T00:00:00Z"))
    told("worlds", "delete", made["name"])
    assert {name: made[name] for name in ("scenario", "seed", "edition", "now")} == {
        "scenario": "empty",
        "seed": 9,
        "edition": "2022",
        "now": "2026-03-01T00:00:00Z",
    }
