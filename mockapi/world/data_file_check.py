"""Compares the world that is asked for with the one that a file keeps."""

from collections.abc import Mapping
from pathlib import Path

from mockapi.scenario.discovery import find
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import read
from mockapi.settings import Settings


class WorldMismatch(Exception):
    """The file holds another world than the one asked for."""


def agree(settings: Settings, facts: Mapping[str, str]) -> None:
    """Raise `WorldMismatch` where *settings* ask for another world than *facts* tell of.

    Raises `ScenarioError` where they ask for a scenario that cannot be read.
    """
    if "scenario" in settings.model_fields_set:
        _agree_on_scenario(settings, facts)
    asked = {
        "seed": None if settings.seed is None else str(settings.seed),
        "edition": settings.edition,
        "clock": None if settings.clock is None else str(settings.clock),
    }
    for name, value in asked.items():
        if value is not None and value != facts[name]:
            complaint = f"holds a world with {name} {facts[name]!r}, not {value!r}"
            raise _mismatch(settings, complaint, name)


def _agree_on_scenario(settings: Settings, facts: Mapping[str, str]) -> None:

    # What it says decides and not what it is called: a path and a name may mean one scenario,
    # and a file may have changed since.
    kept = facts["scenario"]
    try:
        path = find(settings.scenario)
    except ScenarioError:
        if kept in (settings.scenario, Path(settings.scenario).stem):
            return
        raise
    _, text = read(path)
    if text == facts["text"]:
        return
    complaint = f"holds a world with scenario {kept!r}, not {path.stem!r}"
    if path.stem == kept:
        complaint = f"holds a world with scenario {kept!r} in another text than {path} has now"
    raise _mismatch(settings, complaint, "scenario")


def _mismatch(settings: Settings, complaint: str, name: str) -> WorldMismatch:
    return WorldMismatch(
        f"{settings.data} {complaint}; delete the file, name another file, "
        f"or leave {name} out to go on with the world that it holds."
    )
