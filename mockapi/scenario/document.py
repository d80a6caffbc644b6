"""Scenario texts as YAML nodes, each of which knows its file, line and column."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import yaml

from mockapi.domain.validation import UNCLOSED_QUOTE, json_reason, yaml_reason
from mockapi.scenario.errors import OF_A_FILE, Limits, Mistake, ScenarioError, of_the_file
from mockapi.scenario.yaml_composer import Composed, compose_events, value_of_scalar

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{},:"]+')
_OPENING = {"[": yaml.SequenceStartEvent, "{": yaml.MappingStartEvent}
_CLOSING = {"]": yaml.SequenceEndEvent, "}": yaml.MappingEndEvent}


class JsonError(ValueError):
    """The text is not JSON from *position* on."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position


def is_like_json(text: str) -> bool:
    """Tell whether *text* begins as JSON does; YAML in braces does so, too."""
    return text.lstrip()[:1] in ("{", "[")


def demand_json(text: str) -> None:
    """Raise `JsonError` for a *text* that is not JSON, `RecursionError` if it nests too deep."""
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=float)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.pos) from error


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not a number of JSON", 0)


def events(text: str, file: str) -> Iterator[yaml.Event]:
    """Yield the events of *text*, which must be JSON; *file* names it in their marks."""
    line, line_start, end = 0, 0, 0
    for found in _TOKEN.finditer(text):
        token, at = found[0], found.start()
        if breaks := text.count("\n", end, at):
            line += breaks
            line_start = text.rindex("\n", end, at) + 1
        end = found.end()
        mark = yaml.Mark(file, at, line, at - line_start, None, 0)
        if token in _OPENING:
            yield _OPENING[token](None, None, True, mark, mark)
        elif token in _CLOSING:
            yield _CLOSING[token](mark, mark)
        elif token[0] == '"':
            value = json.loads(token, strict=False)
            yield yaml.ScalarEvent(None, None, (False, True), value, mark, mark, style='"')
        else:
            yield yaml.ScalarEvent(None, None, (True, False), token, mark, mark)


_CONTROL = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML allows only as escapes."""


class _Named(io.StringIO):
    """A text that gives its file's name to the marks of the events read from it."""

    name = ""


class _Dumper(yaml.SafeDumper):
    """Writes a scenario that extends another as one text."""

    # Merging shares nodes, which would come out as anchors and aliases, keys included.
    def anchor_node(self, node: yaml.Node) -> None:
        pass

    def serialize_node(self, node: yaml.Node, parent: yaml.Node | None, index: Any) -> None:
        self.anchors[node] = None
        self.serialized_nodes.clear()
        super().serialize_node(node, parent, index)


@dataclass(frozen=True)
class Document:
    """A scenario as YAML nodes, with what is wrong or suspicious in its structure."""

    file: str
    root: yaml.Node | None
    mistakes: Sequence[Mistake] = ()
    doubts: Sequence[Mistake] = ()

    def data(self) -> Any:
        """Return the values."""
        return {} if self.root is None else _values(self.root, {})

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


def compose(text: str, file: str, limits: Limits = OF_A_FILE) -> Document:
    """Return the document in *text*; *file* names it in mistakes.

    Raise `ScenarioError` for a text that is neither YAML nor JSON, or is larger than *limits*.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > limits.characters:
        told = f"has {len(text)} characters. At most {limits.characters} are read; shorten it."
        raise ScenarioError([of_the_file(file, told)])
    must_be_json = file.endswith(".json")
    if must_be_json or is_like_json(text):
        try:
            demand_json(text)
        except JsonError as error:
            if must_be_json:
                raise ScenarioError([_in_json(error, file, text)]) from error
        except RecursionError:
            pass  # The composer finds the place.
        else:
            return _document(file, compose_events(events(text, file), limits))
    return _document(file, _composed_yaml(text, file, limits))


def _document(file: str, made: Composed) -> Document:
    return Document(file, made.root, tuple(made.mistakes), tuple(made.doubts))


def _composed_yaml(text: str, file: str, limits: Limits) -> Composed:
    if (odd := _CONTROL.search(text)) is not None:
        told = f"the character U+{ord(odd[0]):04X} is not allowed here. Remove or escape it."
        raise ScenarioError([_at_index(file, text, odd.start(), told)])
    named = _Named(text)
    named.name = file
    try:
        return compose_events(_yaml_events(named), limits)
    except yaml.MarkedYAMLError as error:
        raise ScenarioError([_in_yaml(error, file, text)]) from error


def _yaml_events(text: io.StringIO) -> Iterable[yaml.Event]:
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()


def _in_yaml(error: yaml.MarkedYAMLError, file: str, text: str) -> Mistake:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem)
    if problem == UNCLOSED_QUOTE and error.context_mark is not None:
        mark = error.context_mark
    index = mark.index if mark is not None else 0
    mistake = _at(mark, file, (), yaml_reason(problem, text[index : index + 1]))
    lines = text.splitlines()
    # What lacks its end is found wanting after the last line, where nobody could mend it.
    if lines and mistake.line > len(lines):
        mistake = replace(mistake, line=len(lines), column=len(lines[-1]) + 1)
    return mistake


def _in_json(error: JsonError, file: str, text: str) -> Mistake:
    return _at_index(file, text, error.position, json_reason(str(error)))


def _at_index(file: str, text: str, index: int, message: str) -> Mistake:
    line = text.count("\n", 0, index)
    column = index - (text.rfind("\n", 0, index) + 1)
    return Mistake(file, line + 1, column + 1, "", message)


def _at(mark: yaml.Mark | None, file: str, path: Sequence[str], message: str) -> Mistake:
    if mark is None:
        return Mistake(file, 1, 1, ".".join(path), message)
    return Mistake(mark.name, mark.line + 1, mark.column + 1, ".".join(path), message)


def _values(node: yaml.Node, known: dict[int, Any]) -> Any:
    """Return the value of *node*; *known* holds that of each list that several nodes share."""
    if isinstance(node, yaml.ScalarNode):
        return value_of_scalar(node)
    if id(node.value) not in known:
        if isinstance(node, yaml.SequenceNode):
            known[id(node.value)] = [_values(each, known) for each in node.value]
        else:
            known[id(node.value)] = {key.value: _values(value, known) for key, value in node.value}
    return known[id(node.value)]


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
