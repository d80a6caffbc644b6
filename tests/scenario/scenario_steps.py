"""Helpers for tests of scenarios."""

from dataclasses import replace
from pathlib import Path

import pytest

from mockapi.resources import scenarios
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.world.world import World

SHIPPED = sorted(path.stem for path in scenarios().glob("*.yaml"))
NOW = "clock: 2026-06-01T09:00:00Z\n"


def issues_of(text: str, file: str = "my.yaml") -> list[str]:
    """Return the issues of the invalid scenario *text* as lines, without remedies."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, file)
    return [str(replace(issue, remedy=None)) for issue in caught.value.issues]


def shipped_world(name: str, **settings) -> World:
    """Return the world of a shipped scenario."""
    return World.open(Settings(scenario=name, **settings))


def world_from(text: str, folder: Path, **settings) -> World:
    """Return the world of a scenario file with *text*."""
    file = folder / "mine.yaml"
    file.write_text(NOW + text, "utf-8")
    return World.open(Settings(scenario=str(file), **settings))


def sites(world: World) -> list[Site]:
    """Return all sites in the order of the scenario."""
    owned = {
        site.id: site for each in world.store.customers() for site in world.store.sites(each.id)
    }
    return sorted(owned.values(), key=lambda site: site.position)
