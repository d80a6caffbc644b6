"""Search for scenario files by name."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mockapi.domain.text_matching import shortened, suggestion
from mockapi.resources import scenarios
from mockapi.scenario.errors import ScenarioError, file_issue

MOUNT = Path("/scenarios")
"""Folder in a container for the user's scenario files."""

ENDINGS = (".yaml", ".yml", ".json")
_SCHEMA = ".schema.json"
"""Ending of the JSON Schema for editors, which is in the same folder as the files."""


def find_scenario(name: str, folders: Sequence[Path] = ()) -> Path:
    """Return the file called *name*: a path, a mounted file or a shipped scenario.

    A relative path starts in one of *folders* or in the current one. Raise `ScenarioError`, which
    lists the searched places or the known names, if there is none.
    """
    if Path(name).suffix in ENDINGS:
        for path in (folder / name for folder in (*folders, Path())):
            if _is_file(path):
                return path
    found = find_by_name(name)
    if found is None:
        raise ScenarioError([file_issue(shortened(name), _not_found_message(name, folders))])
    return found


def is_shipped(path: Path) -> bool:
    """Return True if *path* is a scenario of the package and not a file of the user."""
    return path.resolve().is_relative_to(scenarios().resolve())


def find_by_name(name: str) -> Path | None:
    """Return the mounted or shipped scenario called *name*; None if there is none."""
    if not _may_be_mounted(name):
        return None
    path = Path(name)
    names = [name] if path.suffix in ENDINGS else []
    candidates = [MOUNT / each for each in (*names, *(f"{name}{ending}" for ending in ENDINGS))]
    # Only .yaml: the folder of the shipped scenarios also has their JSON Schema.
    candidates += [scenarios() / f"{name.removesuffix('.yaml')}.yaml"]
    return next((each for each in candidates if _is_file(each)), None)


def _may_be_mounted(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


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


def unknown_scenario_message(name: str) -> str:
    """Return the message for the unknown *name* of a scenario."""
    names = available_scenarios()
    all_names = f"Use {', '.join(names)}, or a file that ends in .yaml."
    return f"this scenario does not exist. {suggestion(name, names, all_names)}"


def _not_found_message(name: str, folders: Sequence[Path]) -> str:
    path = Path(name)
    if os.path.isdir(name):  # noqa: PTH112 - as in _is_file
        files = sorted(each.name for each in path.glob("*") if each.suffix in ENDINGS)
        if not files:
            return "this is a folder without a .yaml file. Use a scenario file."
        return f"this is a folder. Use a file in it: {', '.join(files)}."
    if path.suffix in ENDINGS:
        places = "" if path.is_absolute() else f"Searched: {', '.join(_places(name, folders))}. "
        names = ", ".join(available_scenarios())
        return f"this file does not exist. {places}Correct the path, or use {names}."
    if _is_file(path):
        return f"the ending is not one of a scenario. Use {', '.join(ENDINGS)}."
    return unknown_scenario_message(name)


def _places(name: str, folders: Sequence[Path]) -> Iterator[str]:
    """Yield the paths at which a file called *name* is searched."""
    mounts = [MOUNT] if _may_be_mounted(name) else []
    places = (folder / shortened(name) for folder in (*folders, Path(), *mounts))
    # To remove `..` from the message, and the same folder if it is given twice.
    yield from dict.fromkeys(os.path.abspath(each) for each in places)  # noqa: PTH100


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
