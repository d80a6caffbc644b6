"""Search for scenario files by name."""

import os
from pathlib import Path

from mockapi.domain.text_matching import shortened
from mockapi.resources import scenarios
from mockapi.scenario.errors import ScenarioError, file_issue

MOUNT = Path("/scenarios")
"""Folder in a container for the user's scenario files."""

ENDINGS = (".yaml", ".yml", ".json")
_SCHEMA = ".schema.json"
"""Ending of the JSON Schema for editors, which is in the same folder as the files."""


def find_scenario(name: str) -> Path:
    """Return the file called *name*: a path, a mounted file or a shipped scenario.

    Raise `ScenarioError`, which lists the known names, if there is none.
    """
    path = Path(name)
    if path.suffix in ENDINGS and _is_file(path):
        return path
    found = find_by_name(name)
    if found is None:
        raise ScenarioError([file_issue(shortened(name), _not_found_message(name))])
    return found


def is_shipped(path: Path) -> bool:
    """Return True if *path* is a scenario of the package and not a file of the user."""
    return path.resolve().is_relative_to(scenarios().resolve())


def find_by_name(name: str) -> Path | None:
    """Return the mounted or shipped scenario called *name*; None if there is none."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    names = [name] if path.suffix in ENDINGS else []
    candidates = [MOUNT / each for each in (*names, *(f"{name}{ending}" for ending in ENDINGS))]
    # Only .yaml: the folder of the shipped scenarios also has their JSON Schema.
    candidates += [scenarios() / f"{name.removesuffix('.yaml')}.yaml"]
    return next((each for each in candidates if _is_file(each)), None)


def find_in_folder(folder: Path, name: str) -> Path | None:
    """Return the scenario file *name* in or below *folder*; None if there is none.

    A link to a file outside of the folder is not followed.
    """
    path = folder / name
    if path.suffix not in ENDINGS or not _is_file(path):
        return None
    return path if path.resolve().is_relative_to(folder.resolve()) else None


def _is_file(path: Path) -> bool:
    # Path.is_file raises OSError for a name too long, or a folder that may not be searched.
    return os.path.isfile(path)  # noqa: PTH113


def unknown_scenario_message() -> str:
    """Return the message for an unknown name of a scenario."""
    return (
        f"this scenario does not exist. Use {', '.join(available_scenarios())}, "
        "or a file that ends in .yaml."
    )


def _not_found_message(name: str) -> str:
    path = Path(name)
    if os.path.isdir(name):  # noqa: PTH112 - as in _is_file
        files = sorted(each.name for each in path.glob("*") if each.suffix in ENDINGS)
        if not files:
            return "this is a folder without a .yaml file. Use a scenario file."
        return f"this is a folder. Use a file in it: {', '.join(files)}."
    if path.suffix in ENDINGS:
        where = "" if path.is_absolute() else f" below {Path.cwd()}"
        names = ", ".join(available_scenarios())
        return f"this file does not exist{where}. Correct the path, or use {names}."
    if _is_file(path):
        return f"the ending is not one of a scenario. Use {', '.join(ENDINGS)}."
    return unknown_scenario_message()


def available_scenarios() -> dict[str, Path]:
    """Return the files of all scenarios by name; a mounted file replaces a shipped one."""
    files = [*scenarios().glob("*.yaml"), *_mounted()]
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def _mounted() -> list[Path]:
    return [
        path
        for path in sorted(MOUNT.glob("*"))
        if path.suffix in ENDINGS and not path.name.endswith(_SCHEMA) and _is_file(path)
    ]
