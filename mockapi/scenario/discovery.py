"""Search for scenario files by name, and the merge of a scenario with the one it extends."""

import os
from collections.abc import Iterable
from pathlib import Path

import yaml

from mockapi.resources import scenarios
from mockapi.scenario.document import value_of
from mockapi.scenario.errors import ScenarioError, file_issue

EXTENDS = "extends"
_DESCRIPTION = "description"

MERGED_LISTS = {"clients": "client_id", "customers": "email"}
"""Lists whose items are merged with those of the base that have the same key."""


def merge_scenarios(base: yaml.Node | None, extension: yaml.Node | None) -> yaml.Node | None:
    """Return *base* with the values of *extension*; all nodes retain their places.

    The description of *base* is omitted: it does not apply to the result.
    """
    return _merge(_without(base, _DESCRIPTION), _without(extension, EXTENDS), is_root=True)


def _merge(
    base: yaml.Node | None, extension: yaml.Node | None, *, is_root: bool = False
) -> yaml.Node | None:
    if not isinstance(base, yaml.MappingNode) or not isinstance(extension, yaml.MappingNode):
        return extension if extension is not None else base
    result: dict[str, tuple[yaml.Node, yaml.Node]] = {
        key.value: (key, value) for key, value in base.value
    }
    for key, value in extension.value:
        _, old = result.get(key.value, (key, None))
        if is_root and key.value in MERGED_LISTS:
            result[key.value] = (key, _merge_items(old, value, MERGED_LISTS[key.value]))
        else:
            result[key.value] = (key, _merge(old, value) or value)
    return yaml.MappingNode(
        extension.tag, list(result.values()), extension.start_mark, extension.end_mark
    )


def _merge_items(base: yaml.Node | None, extension: yaml.Node, identifier: str) -> yaml.Node:
    if not isinstance(base, yaml.SequenceNode) or not isinstance(extension, yaml.SequenceNode):
        return extension
    items: list[yaml.Node] = list(base.value)
    positions = _positions(items, identifier)
    for each in extension.value:
        value = value_of(each, identifier)
        position = positions.get(value.value) if isinstance(value, yaml.ScalarNode) else None
        if position is None:
            items.append(each)
        else:
            items[position] = _merge(items[position], each) or each
    return yaml.SequenceNode(extension.tag, items, extension.start_mark, extension.end_mark)


def _positions(items: Iterable[yaml.Node], identifier: str) -> dict[str, int]:
    values = [(value_of(each, identifier), position) for position, each in enumerate(items)]
    return {node.value: position for node, position in values if isinstance(node, yaml.ScalarNode)}


def _without(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return node
    rest = [(key, value) for key, value in node.value if key.value != name]
    return yaml.MappingNode(node.tag, rest, node.start_mark, node.end_mark)


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
        raise ScenarioError([file_issue(name, _not_found_message(name))])
    return found


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
        return f"this file does not exist{where}. Name a shipped scenario without its suffix."
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
