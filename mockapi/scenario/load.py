"""Reads a scenario file and says of each mistake where it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from mockapi.resources import scenarios
from mockapi.scenario.schema import Scenario

MOUNT = Path("/scenarios")
"""Where a container finds its user's scenario files."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a scenario file; line and column count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: "
        return f"{place}{self.path}: {self.message}" if self.path else place + self.message


class ScenarioError(Exception):
    """A scenario cannot be read; holds every mistake found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


class _Loader(yaml.CSafeLoader):
    """Reads YAML 1.2's core schema: `no` is a word, `12:30` too, `010` is ten."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    for _letter in _first:
        _Loader.yaml_implicit_resolvers.setdefault(_letter.strip("\0"), []).append(
            (f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"))
        )


def _integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = node.value
    if text[:2] in ("0o", "0x"):
        return int(text, 0)
    return int(text, 10)


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)


def find(name: str) -> Path:
    """Return the file that *name* means: a path, a mounted file or a shipped scenario.

    Raises `ScenarioError` that lists the shipped names when there is none.
    """
    stated = Path(name)
    places = [stated] if stated.suffix in (".yaml", ".yml") else []
    if not stated.is_absolute() and ".." not in stated.parts:
        for folder in (MOUNT, scenarios()):
            places += [folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"]
    for place in places:
        if place.is_file():
            return place
    raise ScenarioError([Mistake(name, 1, 1, "", f"no such scenario; shipped are {_shipped()}")])


def _shipped() -> str:
    return ", ".join(sorted(path.stem for path in scenarios().glob("*.yaml")))


def read(path: Path) -> tuple[Scenario, str]:
    """Return the scenario in *path* with its text; all mistakes raise one `ScenarioError`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([Mistake(str(path), 1, 1, "", f"cannot be read: {error}")]) from error
    return parse(text, str(path)), text


def parse(text: str, file: str) -> Scenario:
    """Return the scenario that *text* spells; *file* names it in mistakes."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        mistakes = _repeated_keys(root, file)
        data = {} if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ScenarioError([Mistake(file, line, column, "", str(error.problem))]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError([Mistake(file, 1, 1, "", str(error))]) from error
    finally:
        loader.dispose()
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        mistakes += [_mistake(dict(each), root, file) for each in error.errors()]
    if mistakes:
        raise ScenarioError(sorted(mistakes, key=lambda each: (each.line, each.column)))
    return scenario


def _mistake(error: dict[str, Any], root: yaml.Node | None, file: str) -> Mistake:
    path: list[str] = []
    node = root
    for step in error["loc"]:
        below = _below(node, step)
        if below is None and not _is_key_of(node, step, error["type"]):
            continue
        path.append(str(step))
        node = below or node
    mark = node.start_mark if node is not None else None
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "unknown key"
    elif error["type"] == "missing":
        message = "this key is required"
    return Mistake(file, line, column, ".".join(path), message)


def _is_key_of(node: yaml.Node | None, step: int | str, kind: str) -> bool:
    # pydantic adds steps of its own for the members of a union; they are no keys of the file.
    return kind == "missing" and isinstance(node, yaml.MappingNode) and isinstance(step, str)


def _below(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                found: yaml.Node = value
                return found
    return None


def _repeated_keys(root: yaml.Node | None, file: str) -> list[Mistake]:
    mistakes: list[Mistake] = []
    waiting: list[tuple[yaml.Node | None, str]] = [(root, "")]
    visited: set[int] = set()
    while waiting:
        node, path = waiting.pop()
        if id(node) in visited:  # an alias, perhaps of a node around it
            continue
        visited.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(item, f"{path}.{index}") for index, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                below = f"{path}.{key.value}"
                if key.value in seen:
                    mark = key.start_mark
                    mistakes.append(
                        Mistake(file, mark.line + 1, mark.column + 1, below[1:], "key stated twice")
                    )
                seen.add(key.value)
                waiting.append((value, below))
    return mistakes
