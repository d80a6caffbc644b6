"""Worlds loaded again from their scenario file."""

from pathlib import Path

from mockapi.domain.json_values import is_scenario_text
from mockapi.scenario.discovery import find_scenario, is_shipped
from mockapi.settings import Settings
from mockapi.store.store import Store
from mockapi.world.initial_state import load_initial_state
from mockapi.world.world import World


class NotReloadableError(Exception):
    """The world is not of a scenario file that can change."""


def reopen(world: World) -> World:
    """Return a new world of the scenario file of *world* as it is now, with its journal.

    *world* is unchanged; `Worlds.replace` exchanges them. Raise `NotReloadableError` if its
    scenario is not a file of the user, and `ScenarioError` if the file is invalid.
    """
    scenario_file_of(world.settings, is_text=world.is_from_text)
    initial = load_initial_state(world.settings, world.system_clock)
    store = Store(contents=initial.contents())
    reopened = World(world.settings, store, initial, world.system_clock, world.name)
    reopened.journal = world.journal
    return reopened


def scenario_file_of(settings: Settings, *, is_text: bool = False) -> Path:
    """Return the scenario file of a world with *settings*, unless its scenario *is_text*.

    Raise `NotReloadableError` if it is not the user's, and `ScenarioError` if it does not exist.
    """
    if is_text or is_scenario_text(settings.scenario):
        raise NotReloadableError(
            "The scenario of this world was given as text. Create the world again."
        )
    if settings.data is not None:
        raise NotReloadableError(
            "A world in a data file keeps the scenario that it began with. Remove the setting "
            "data, or use another file."
        )
    path = find_scenario(settings.scenario)
    if is_shipped(path):
        raise NotReloadableError(
            f"{path.stem!r} is a scenario of mockapi, which does not change. Use a file of your "
            f"own, for example one with `extends: {path.stem}`."
        )
    return path
