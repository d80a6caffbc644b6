"""Finds the file that a scenario's name means."""

import os
from collections.abc import Iterable
from pathlib import Path

import yaml

from mockapi.resources import scenarios
from mockapi.scenario.document import value_of
from mockapi.scenario.errors import ScenarioError, of_the_file

KEY = "extends"
_DESCRIPTION = "description"

_NAMED = {"clients": "client_id", "customers": "email"}


def merged(base: yaml.Node | None, over: yaml.Node | None) -> yaml.Node | None:
    """Return *over* laid over *base*, two whole scenarios; its nodes keep their places.

    What *base* says of itself is not true of what it becomes, and is left out.
    """
    return _merged(_without(base, _DESCRIPTION), _without(over, KEY), is_whole=True)


def _merged(
    base: yaml.Node | None, over: yaml.Node | None, *, is_whole: bool = False
) -> yaml.Node | None:
    if not isinstance(base, yaml.MappingNode) or not isinstance(over, yaml.MappingNode):
        return over if over is not None else base
    below: dict[str, tuple[yaml.Node, yaml.Node]] = {
        key.value: (key, value) for key, value in base.value
    }
    for key, value in over.value:
        _, old = below.get(key.value, (key, None))
        if is_whole and key.value in _NAMED:
            below[key.value] = (key, _by_name(old, value, _NAMED[key.value]))
        else:
            below[key.value] = (key, _merged(old, value) or value)
    return yaml.MappingNode(over.tag, list(below.values()), over.start_mark, over.end_mark)


def _by_name(base: yaml.Node | None, over: yaml.Node, name: str) -> yaml.Node:
    if not isinstance(base, yaml.SequenceNode) or not isinstance(over, yaml.SequenceNode):
        return over
    members: list[yaml.Node] = list(base.value)
    standing = _places(members, name)
    for each in over.value:
        stated = value_of(each, name)
        place = standing.get(stated.value) if isinstance(stated, yaml.ScalarNode) else None
        if place is None:
            members.append(each)
        else:
            members[place] = _merged(members[place], each) or each
    return yaml.SequenceNode(over.tag, members, over.start_mark, over.end_mark)


def _places(members: Iterable[yaml.Node], name: str) -> dict[str, int]:
    stated = [(value_of(each, name), place) for place, each in enumerate(members)]
    return {node.value: place for node, place in stated if isinstance(node, yaml.ScalarNode)}


def _without(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return node
    kept = [(key, value) for key, value in node.value if key.value != name]
    return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark)


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
