"""Composition of scenario texts to YAML nodes, each with its file, line and column."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import yaml

from mockapi.domain.validation import UNCLOSED_QUOTE, json_reason, quoted, yaml_reason
from mockapi.scenario.errors import FILE_LIMITS, Limits, ScenarioError, ScenarioIssue, file_issue
from mockapi.scenario.yaml_composer import Composed, compose_events, value_of_scalar

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{},:"]+')
_OPENING = {"[": yaml.SequenceStartEvent, "{": yaml.MappingStartEvent}
_CLOSING = {"]": yaml.SequenceEndEvent, "}": yaml.MappingEndEvent}


class JsonError(ValueError):
    """A text that is not JSON from *position* on."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position


def looks_like_json(text: str) -> bool:
    """Return True if *text* begins like JSON; YAML in braces does, too."""
    return text.lstrip()[:1] in ("{", "[")


def check_json(text: str) -> None:
    """Raise `JsonError` if *text* is not JSON, `RecursionError` if it is nested too deep."""
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=float)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.pos) from error


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not a number of JSON", 0)


def json_events(text: str, file: str) -> Iterator[yaml.Event]:
    """Yield the YAML events of the JSON *text*; *file* is the name in their marks."""
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
    """A text with the name of its file, which libyaml copies to the marks of its events."""

    name = ""


class _Dumper(yaml.SafeDumper):
    """Dumper of a scenario merged with the one it extends."""

    # To avoid anchors and aliases for nodes that are shared since the merge.
    def anchor_node(self, node: yaml.Node) -> None:
        pass

    def serialize_node(self, node: yaml.Node, parent: yaml.Node | None, index: Any) -> None:
        self.anchors[node] = None
        self.serialized_nodes.clear()
        super().serialize_node(node, parent, index)


@dataclass(frozen=True)
class Document:
    """A scenario as YAML nodes, with the errors and warnings about its structure."""

    file: str
    root: yaml.Node | None
    issues: Sequence[ScenarioIssue] = ()
    warnings: Sequence[ScenarioIssue] = ()
    lacks_base: bool = False
    """Whether the scenario that it extends is missing or unreadable; an issue says why."""

    def data(self) -> Any:
        """Return the values."""
        return {} if self.root is None else _values(self.root, {})

    def text(self) -> str:
        """Return the scenario as one YAML text, without comments."""
        if self.root is None:
            return ""
        text: str = yaml.serialize(self.root, Dumper=_Dumper, allow_unicode=True)
        return text

    def issue_at(
        self, steps: Sequence[int | str], message: str, *, missing: bool = False
    ) -> ScenarioIssue:
        """Return an issue of the value at *steps*, or of the nearest one above it.

        Unknown steps are ignored: pydantic adds its own for the members of a union. The last step
        may be the name of a key that is *missing*.
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
        mark = node.start_mark if node is not None else None
        return _with_subject(_issue_at_mark(mark, self.file, path, message), self.root)


_NAMES = {
    "clients": ("client", ("client_id", "name")),
    "customers": ("customer", ("email", "name", "id")),
    "sites": ("site", ("name", "id")),
}
"""What the items of a list are, and the keys of which the first one names an item."""


def _with_subject(issue: ScenarioIssue, root: yaml.Node | None) -> ScenarioIssue:
    """Return *issue* with the names of the client, the customer and the site of its path."""
    subjects: list[str] = []
    node, list_name = root, ""
    for step in issue.path.split("."):
        is_item = isinstance(node, yaml.SequenceNode) and step.isdecimal()
        node = _below(node, int(step) if is_item else step)
        if is_item and list_name in _NAMES:
            kind, keys = _NAMES[list_name]
            values = (value_of(node, key) for key in keys)
            name = next((each.value for each in values if isinstance(each, yaml.ScalarNode)), None)
            if name:
                subjects.append(f"{kind} {quoted(name)}")
        list_name = step
    return replace(issue, subject=" of ".join(reversed(subjects)))


def compose(text: str, file: str, limits: Limits = FILE_LIMITS) -> Document:
    """Return the document in *text*; *file* is its name in issues.

    Raise `ScenarioError` if *text* is neither YAML nor JSON, or larger than *limits*.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > limits.characters:
        message = f"{len(text)} characters are too many. Use at most {limits.characters}."
        raise ScenarioError([file_issue(file, message)])
    must_be_json = file.endswith(".json")
    if must_be_json or looks_like_json(text):
        try:
            check_json(text)
        except JsonError as error:
            if must_be_json:
                raise ScenarioError([_json_issue(error, file, text)]) from error
        except RecursionError:
            pass  # The composer finds the place.
        else:
            return _document(file, compose_events(json_events(text, file), limits))
    return _document(file, _compose_yaml(text, file, limits))


def _document(file: str, made: Composed) -> Document:
    issues = tuple(_with_subject(each, made.root) for each in made.issues)
    return Document(file, made.root, issues, tuple(made.warnings))


def _compose_yaml(text: str, file: str, limits: Limits) -> Composed:
    if (odd := _CONTROL.search(text)) is not None:
        message = f"the character U+{ord(odd[0]):04X} is not allowed here. Remove or escape it."
        raise ScenarioError([_issue_at_index(file, text, odd.start(), message)])
    named = _Named(text)
    named.name = file
    try:
        return compose_events(_yaml_events(named), limits)
    except yaml.MarkedYAMLError as error:
        raise ScenarioError([_yaml_issue(error, file, text)]) from error


def _yaml_events(text: io.StringIO) -> Iterable[yaml.Event]:
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()


def _yaml_issue(error: yaml.MarkedYAMLError, file: str, text: str) -> ScenarioIssue:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem)
    if problem == UNCLOSED_QUOTE and error.context_mark is not None:
        mark = error.context_mark
    index = mark.index if mark is not None else 0
    issue = _issue_at_mark(mark, file, (), yaml_reason(problem, text[index : index + 1]))
    lines = text.splitlines()
    # libyaml reports a missing end after the last line, which editors cannot show.
    if lines and issue.line > len(lines):
        issue = replace(issue, line=len(lines), column=len(lines[-1]) + 1)
    return issue


def _json_issue(error: JsonError, file: str, text: str) -> ScenarioIssue:
    return _issue_at_index(file, text, error.position, json_reason(str(error)))


def _issue_at_index(file: str, text: str, index: int, message: str) -> ScenarioIssue:
    line = text.count("\n", 0, index)
    column = index - (text.rfind("\n", 0, index) + 1)
    return ScenarioIssue(file, line + 1, column + 1, "", message)


def _issue_at_mark(
    mark: yaml.Mark | None, file: str, path: Sequence[str], message: str
) -> ScenarioIssue:
    if mark is None:
        return ScenarioIssue(file, 1, 1, ".".join(path), message)
    return ScenarioIssue(mark.name, mark.line + 1, mark.column + 1, ".".join(path), message)


def _values(node: yaml.Node, known: dict[int, Any]) -> Any:
    """Return the value of *node*; *known* caches the values of nodes that aliases share."""
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
    """Return the value under *name* in *node*; None if it is not a mapping or lacks the key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                found: yaml.Node = value
                return found
    return None
