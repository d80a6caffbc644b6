"""What is kept of shipped scenarios from one start to the next, and what is not."""

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

from mockapi.resources import scenarios
from mockapi.scenario.discovery import shipped
from mockapi.settings import Settings
from mockapi.world.world import World

EVENTFUL = {"a-year-of-a-campus", "partner-onboarding"}
"""Scenarios with a timeline: a start reads them for what happens there."""


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path) -> Path:
    """Where bytecode is kept, and nothing yet."""
    folder = tmp_path / "bytecode"
    monkeypatch.setattr(sys, "pycache_prefix", str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return folder


def kept_in(folder: Path) -> dict[str, Path]:
    """The kept states by the names of their scenarios."""
    found = folder.rglob("kept.*") if folder.is_dir() else ()
    return {path.suffix[1:]: path for path in found if path.suffix != ".pyc"}


def seen(settings: Settings) -> tuple[bytes, object, object]:
    """What a world begins with, and what it becomes again after a reset."""
    with closing(World.open(settings)) as world:
        first = world.store.snapshot()
        tokens = world.ready_credentials()
        world.reset()
        return first, world.store.snapshot(), tokens


@pytest.mark.parametrize("name", sorted(set(shipped()) - EVENTFUL))
def test_a_kept_state_is_what_the_scenario_becomes(name, place, monkeypatch):
    made = seen(Settings(scenario=name))
    assert list(kept_in(place)) == [name]
    written_at = kept_in(place)[name].stat().st_mtime_ns
    assert seen(Settings(scenario=name)) == made
    assert kept_in(place)[name].stat().st_mtime_ns == written_at

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept_in(place)[name].unlink()
    assert seen(Settings(scenario=name)) == made


def test_a_world_of_a_kept_state_knows_its_scenario():
    World.open(Settings()).close()
    with closing(World.open(Settings())) as world:
        customer = world.store.customers()[0]
        site = world.store.sites(customer.id)[0]
        assert world.scenario.everyone[0].email == customer.email
        assert [channel.meter.site_id for channel in world.reader.channels(site)][:1] == [site.id]


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"scenario": "partner-onboarding"}, id="a-timeline"),
        pytest.param({"seed": 5}, id="another-seed"),
        pytest.param({"edition": "2022"}, id="another-edition"),
        pytest.param({"clock": "system"}, id="another-clock"),
    ],
)
def test_only_a_scenario_as_it_is_shipped_is_kept(settings, place):
    World.open(Settings(**settings)).close()
    assert kept_in(place) == {}


def test_a_scenario_of_ones_own_is_not_kept(place, tmp_path):
    own = tmp_path / "demo.yaml"
    own.write_text((scenarios() / "demo.yaml").read_text("utf-8"), "utf-8")
    World.open(Settings(scenario=str(own))).close()
    assert kept_in(place) == {}


def test_where_python_keeps_no_bytecode_no_state_is_kept(place, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    World.open(Settings()).close()
    assert kept_in(place) == {}


def test_what_other_sources_made_is_made_anew(place):
    World.open(Settings()).close()
    path = kept_in(place)["demo"]
    head, _, state = path.read_bytes().partition(b"\n")
    stranger = {**json.loads(head), "made_by": "another version"}
    path.write_bytes(json.dumps(stranger).encode() + b"\nno database at all")
    World.open(Settings()).close()
    assert path.read_bytes() == head + b"\n" + state


def test_a_place_that_cannot_be_written_to_hinders_nobody(place):
    place.write_text("a file where the folder should be", "utf-8")
    with closing(World.open(Settings())) as world:
        bearer = world.tokens.authenticate("mockAccessToken000000000Ada1")
        assert bearer.customer_id == world.store.customers()[0].id
    assert place.read_text("utf-8") == "a file where the folder should be"
