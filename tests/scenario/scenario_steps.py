"""Steps that tests of scenarios have in common."""

from pathlib import Path

import pytest

from mockapi.resources import scenarios
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse
from mockapi.settings import Settings
from mockapi.store.tables.sites import Site
from mockapi.world.world import World

SHIPPED = sorted(path.stem for path in scenarios().glob("*.yaml"))
NOW = "clock: 2026-06-01T09:00:00Z\n"


def mistakes(text: str, file: str = "my.yaml") -> list[str]:
    """What is said of a scenario that is wrong."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, file)
    return [str(mistake) for mistake in caught.value.mistakes]


def shipped(name: str, **settings) -> World:
    return World.open(Settings(scenario=name, **settings))


def made_of(text: str, folder: Path, **settings) -> World:
    """The world that a scenario file of *text* becomes."""
    file = folder / "mine.yaml"
    file.write_text(NOW + text, "utf-8")
    return World.open(Settings(scenario=str(file), **settings))


def sites(world: World) -> list[Site]:
    """Every site, in the order of the scenario."""
    owned = {
        site.id: site for each in world.store.customers() for site in world.store.sites(each.id)
    }
    return sorted(owned.values(), key=lambda site: site.position)
