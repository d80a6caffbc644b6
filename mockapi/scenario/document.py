"""Reads YAML so that everything in it can be found again: what stands where, in which file."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from mockapi.scenario.mistakes import KEY_TWICE, Mistake, ScenarioError


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


class _Named(io.StringIO):
    """A text that tells its file's name to the marks of the nodes read from it."""

    name = ""


class _Dumper(yaml.SafeDumper):
    """Writes a scenario that extends another as one text."""


@dataclass(frozen=True)
class Document:
    """A scenario as YAML nodes, each of which knows its file, line and column."""

    file: str
    root: yaml.Node | None

    def data(self) -> Any:
        """Return the values; raise `ScenarioError` where a word is none of its kind."""
        loader = _Loader("")
        try:
            return {} if self.root is None else loader.construct_document(self.root)
        except yaml.MarkedYAMLError as error:
            raise _unreadable(error, self.file) from error
        except ValueError as error:
            raise ScenarioError([Mistake(self.file, 1, 1, "", str(error))]) from error
        finally:
            loader.dispose()

    def text(self) -> str:
        """Return one YAML text of the whole, without comments."""
        if self.root is None:
            return ""
        text: str = yaml.serialize(self.root, Dumper=_Dumper, allow_unicode=True)
        return text

    def mistake(
        self, steps: Sequence[int | str], message: str, *, missing: bool = False
    ) -> Mistake:
        """Return a mistake at the end of *steps*, or as near to it as the file goes.

        Steps that lead nowhere are passed over: pydantic adds some of its own for the members
        of a union. The last one may be the name of a key that is *missing*.
        """
        path: list[str] = []
        node = self.root
        for index, step in enumerate(steps):
            below = _below(node, step)
            is_last = index == len(steps) - 1
            if below is None and not (is_last and missing and isinstance(node, yaml.MappingNode)):
                continue
            path.append(str(step))
            node = below or node
        return _at(node.start_mark if node is not None else None, self.file, path, message)

    def repeated_keys(self) -> Iterator[Mistake]:
        """Yield a mistake for each key that a mapping states twice."""
        waiting: list[tuple[yaml.Node | None, tuple[str, ...]]] = [(self.root, ())]
        visited: set[int] = set()
        while waiting:
            node, path = waiting.pop()
            if id(node) in visited:  # an alias, perhaps of a node around it
                continue
            visited.add(id(node))
            if isinstance(node, yaml.SequenceNode):
                waiting += [(item, (*path, str(index))) for index, item in enumerate(node.value)]
            elif isinstance(node, yaml.MappingNode):
                seen: set[str] = set()
                for key, value in node.value:
                    below = (*path, str(key.value))
                    if key.value in seen:
                        yield _at(key.start_mark, self.file, below, KEY_TWICE)
                    seen.add(key.value)
                    waiting.append((value, below))


def compose(text: str, file: str) -> Document:
    """Return the document that *text* spells; *file* names it in mistakes."""
    named = _Named(text)
    named.name = file
    loader: _Loader | None = None
    try:
        loader = _Loader(named)
        return Document(file, loader.get_single_node())
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, file, text) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ScenarioError([Mistake(file, 1, 1, "", str(error))]) from error
    finally:
        if loader is not None:
            loader.dispose()


def _unreadable(error: yaml.MarkedYAMLError, file: str, text: str = "") -> ScenarioError:
    mark = error.problem_mark or error.context_mark
    mistake = _at(mark, file, (), str(error.problem))
    lines = text.splitlines()
    # What lacks its end is found wanting after the last line, where nobody could mend it.
    if lines and mistake.line > len(lines):
        mistake = replace(mistake, line=len(lines), column=len(lines[-1]) + 1)
    return ScenarioError([mistake])


def _at(mark: yaml.Mark | None, file: str, path: Sequence[str], message: str) -> Mistake:
    if mark is None:
        return Mistake(file, 1, 1, ".".join(path), message)
    return Mistake(mark.name, mark.line + 1, mark.column + 1, ".".join(path), message)


def _below(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return value_of(node, str(step))
    return None


def value_of(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """Return what the mapping *node* states under *name*, if it is one and does."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                found: yaml.Node = value
                return found
    return None
