"""The commands `mockapi clock` and `mockapi worlds`."""

import json
from pathlib import Path


def test_clock_is_shown_and_set(server, output_of):
    assert output_of("clock", "show") == "2026-06-01T09:00:00Z  frozen\n"
    assert output_of("clock", "advance", "P1DT2H") == "2026-06-02T11:00:00Z  frozen\n"
    assert output_of("clock", "freeze", "2026-07-01T00:00:00Z") == "2026-07-01T00:00:00Z  frozen\n"
    running = output_of("clock", "rate", "60").strip()
    assert running.endswith("  running, 60 seconds per second")
    assert json.loads(output_of("clock", "freeze", "--json"))["mode"] == "frozen"
    assert json.loads(output_of("clock", "follow", "--json"))["mode"] == "system"


def test_clock_does_not_move_back(server, run):
    result = run("clock", "freeze", "2020-01-01T00:00:00Z")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the clock is at 2026-06-01T09:00:00Z and moves forward only" in result.stderr


def test_world_is_created_listed_used_and_deleted(server, output_of, tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\nclock: 2026-01-01T00:00:00Z\n")
    address = output_of("worlds", "create", "mine", "--scenario", str(file))
    assert address == f"{server.url}/w/mine\n"
    assert output_of("worlds", "list").splitlines() == [
        "name  scenario  seed  edition  now",
        "mine  mine      3     latest   2026-01-01T00:00:00Z",
    ]
    assert (
        output_of("clock", "advance", "PT1H", "--world", "mine") == "2026-01-01T01:00:00Z  frozen\n"
    )
    assert output_of("clock", "show", "--url", address.strip()) == "2026-01-01T01:00:00Z  frozen\n"
    assert output_of("clock", "show") == "2026-06-01T09:00:00Z  frozen\n"
    assert output_of("worlds", "delete", "mine") == ""
    assert json.loads(output_of("worlds", "list", "--json")) == []


def test_world_has_its_own_settings(server, output_of):
    words = ("--scenario", "empty", "--seed", "9", "--edition", "2022", "--json")
    made = json.loads(output_of("worlds", "create", *words, "--clock", "2026-03-01T00:00:00Z"))
    output_of("worlds", "delete", made["name"])
    assert {name: made[name] for name in ("scenario", "seed", "edition", "now")} == {
        "scenario": "empty",
        "seed": 9,
        "edition": "2022",
        "now": "2026-03-01T00:00:00Z",
    }
