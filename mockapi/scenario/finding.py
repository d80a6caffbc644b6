"""Finds the file that a scenario's name means."""

import os
from pathlib import Path

from mockapi.resources import scenarios
from mockapi.scenario.mistakes import ScenarioError, of_the_file

MOUNT = Path("/scenarios")
"""Where a container finds its user's scenario files."""

ENDINGS = (".yaml", ".yml", ".json")
_SCHEMA = ".schema.json"
"""The ending of the JSON Schema, which editors like to find in the folder of the files."""


def find(name: str) -> Path:
    """Return the file that *name* means: a path, a mounted file or a shipped scenario.

    Raise `ScenarioError`, which lists the known names, if there is none.
    """
    stated = Path(name)
    if stated.suffix in ENDINGS and _is_file(stated):
        return stated
    place = offered_file(name)
    if place is None:
        raise ScenarioError([of_the_file(name, _missing(name))])
    return place


def offered_file(name: str) -> Path | None:
    """Return the mounted or shipped scenario of that *name*; None if there is none."""
    stated = Path(name)
    if stated.is_absolute() or ".." in stated.parts:
        return None
    names = [name] if stated.suffix in ENDINGS else []
    places = [MOUNT / each for each in (*names, *(f"{name}{ending}" for ending in ENDINGS))]
    # The folder of the shipped ones holds their JSON Schema, too.
    places += [scenarios() / f"{name.removesuffix('.yaml')}.yaml"]
    return next((place for place in places if _is_file(place)), None)


def file_in(folder: Path, name: str) -> Path | None:
    """Return the scenario file *name* in or below *folder*; None if there is none.

    A link that leads out of the folder is not followed.
    """
    place = folder / name
    if place.suffix not in ENDINGS or not _is_file(place):
        return None
    return place if place.resolve().is_relative_to(folder.resolve()) else None


def _is_file(place: Path) -> bool:
    # Path.is_file raises OSError for a name too long, or a folder that may not be searched.
    return os.path.isfile(place)  # noqa: PTH113


def unknown() -> str:
    """Return the complaint of a name that means nothing."""
    return f"no such scenario; there are {', '.join(offered())}, or name a file ending in .yaml"


def _missing(name: str) -> str:
    stated = Path(name)
    if os.path.isdir(name):  # noqa: PTH112 - as in _is_file
        files = sorted(path.name for path in stated.glob("*") if path.suffix in ENDINGS)
        return f"is a folder; name a file in it: {', '.join(files) or 'it holds no .yaml'}"
    if stated.suffix in ENDINGS:
        where = "" if stated.is_absolute() else f" below {Path.cwd()}"
        return f"no such file{where}; a scenario that is shipped is named without an ending"
    if _is_file(stated):
        return f"is not a scenario by its ending. Name it with {', '.join(ENDINGS)}."
    return unknown()


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in scenarios().glob("*.yaml"))


def offered() -> dict[str, Path]:
    """Return the file of every scenario by its name: the shipped ones, and the user's over them."""
    files = [*scenarios().glob("*.yaml"), *_mounted()]
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def _mounted() -> list[Path]:
    return [
        path
        for path in sorted(MOUNT.glob("*"))
        if path.suffix in ENDINGS and not path.name.endswith(_SCHEMA) and _is_file(path)
    ]
