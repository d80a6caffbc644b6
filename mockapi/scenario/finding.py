"""Finds the file that a scenario's name means."""

from pathlib import Path

from mockapi.resources import scenarios
from mockapi.scenario.mistakes import ScenarioError, of_the_file

MOUNT = Path("/scenarios")
"""Where a container finds its user's scenario files."""

_YAML = (".yaml", ".yml")


def find(name: str) -> Path:
    """Return the file that *name* means: a path, a mounted file or a shipped scenario.

    Raises `ScenarioError` that lists the names there are when there is none.
    """
    place = place_of(name, Path())
    if place is None:
        raise ScenarioError([of_the_file(name, _missing(name))])
    return place


def place_of(name: str, beside: Path) -> Path | None:
    """Return the file that *name* means to a file in the folder *beside*; None if there is none."""
    stated = Path(name)
    places = [beside / stated] if stated.suffix in _YAML else []
    if not stated.is_absolute() and ".." not in stated.parts:
        for folder in (MOUNT, scenarios()):
            places += [folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"]
    return next((place for place in places if place.is_file()), None)


def unknown() -> str:
    """Return the complaint of a name that means nothing."""
    return f"no such scenario; there are {', '.join(offered())}, or name a file ending in .yaml"


def _missing(name: str) -> str:
    stated = Path(name)
    if stated.is_dir():
        files = sorted(path.name for path in stated.glob("*") if path.suffix in _YAML)
        return f"is a folder; name a file in it: {', '.join(files) or 'it holds no .yaml'}"
    if stated.suffix in _YAML:
        where = "" if stated.is_absolute() else f" below {Path.cwd()}"
        return f"no such file{where}; a scenario that is shipped is named without an ending"
    return unknown()


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in scenarios().glob("*.yaml"))


def offered() -> dict[str, Path]:
    """Return the file of every scenario by its name: the shipped ones, and the user's over them."""
    files = [*scenarios().glob("*.yaml"), *_mounted()]
    return {path.stem: path for path in sorted(files, key=lambda path: path.stem)}


def _mounted() -> list[Path]:
    return [path for path in sorted(MOUNT.glob("*")) if path.suffix in _YAML]
