"""The initial state of a world."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.demo_state import seeded_demo
from mockapi.domain.clock import SystemClock
from mockapi.scenario.discovery import available_scenarios, find_scenario
from mockapi.settings import Settings
from mockapi.store.row_dump import dump_rows
from mockapi.world.initial_state import PrebuiltState, load_initial_state, prebuilt_state
from mockapi.world.seeded_state import _contents
from mockapi.world.world import World


def seen(settings: Settings) -> tuple[bytes, bytes, object]:
    """What a world starts with, what it is after a reset, and its tokens."""
    with closing(World.open(settings)) as world:
        first = world.store.snapshot()
        tokens = world.demo_credentials()
        world.reset()
        return first, world.store.snapshot(), tokens


@pytest.mark.parametrize("name", sorted(available_scenarios()))
def test_initial_state_of_equal_settings_is_equal(name):
    settings = Settings(scenario=name, clock="2026-06-01T00:00:00Z")
    made = seen(settings)
    _contents.cache_clear()
    assert seen(settings) == made


def test_prebuilt_state_equals_the_seeded_one():
    prebuilt, seeded = prebuilt_state(), seeded_demo()
    # Not the bytes, because SQLite leaves arbitrary ones in unused parts of pages.
    assert dump_rows(prebuilt.contents()) == dump_rows(seeded.contents())
    for name in ("scenario", "faults", "timeline", "access_token", "personal_token"):
        assert getattr(prebuilt, name) == getattr(seeded, name)
    assert tuple(prebuilt.metadata.items()) == seeded.metadata


def test_demo_starts_with_the_prebuilt_state():
    assert isinstance(load_initial_state(Settings(scenario="demo"), None), PrebuiltState)


@pytest.mark.parametrize(
    "changed",
    [
        {"scenario": "empty"},
        {"seed": 7},
        {"edition": "2022"},
        {"clock": "system"},
        {"clock": "2026-06-01T09:00:01Z"},
    ],
    ids=str,
)
def test_other_settings_are_seeded(changed):
    state = load_initial_state(Settings(**changed), None)
    assert not isinstance(state, PrebuiltState)


def test_other_clock_is_seeded():
    state = load_initial_state(Settings(), SystemClock())
    assert datetime.fromisoformat(dict(state.metadata)["began_at"]) > datetime(
        2020, 1, 1, tzinfo=UTC
    )


def test_changed_scenario_called_demo_is_seeded(tmp_path: Path):
    file = tmp_path / "demo.yaml"
    text = find_scenario("demo").read_text("utf-8").replace("Ada Fernsby", "Eve Fernsby")
    file.write_text(text, "utf-8")
    state = load_initial_state(Settings(scenario=str(file)), None)
    assert state.scenario.customers[0].name == "Eve Fernsby"
