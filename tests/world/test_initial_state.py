"""The initial state of a world."""

from contextlib import closing

import pytest

from mockapi.scenario.discovery import available_scenarios
from mockapi.settings import Settings
from mockapi.world.initial_state import _contents
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
