"""Composition of YAML nodes from the events of a parser, within limits.

libyaml's composer is recursive and can overflow the stack of the process; this one is iterative.
It also resolves merge keys and the core schema of YAML 1.2, in which `no` and `12:30` are texts
and `010` is ten.
"""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, NoReturn

import yaml

from mockapi.domain.validation import quoted
from mockapi.scenario.errors import DEPTH, KEY_TWICE, KEYS, Limits, ScenarioError, ScenarioIssue

_YAML = "tag:yaml.org,2002:"
_NULL, _BOOL, _INT, _FLOAT, _STR = (
    _YAML + name for name in ("null", "bool", "int", "float", "str")
)
_CORE = re.compile(
    r"(?P<null>~|null|Null|NULL|)|(?P<bool>true|True|TRUE|false|False|FALSE)"
    r"|(?P<int>[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))"
)
_KINDS = {_NULL: "null", _BOOL: "true or false", _INT: "a whole number", _FLOAT: "a number"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_MERGE = "<<"
_MAX_DIGITS = 40
_MAX_STORED = 1_000


@dataclass
class Composed:
    """The root node of a text, with the errors and warnings about its structure."""

    root: yaml.Node | None = None
    issues: list[ScenarioIssue] = field(default_factory=list)
    warnings: list[ScenarioIssue] = field(default_factory=list)


@dataclass
class _Open:
    """A list or mapping whose end event has not been read."""

    node: yaml.CollectionNode
    anchor: str | None
    count: int
    """Number of nodes before it."""
    key: yaml.Node | None = None
    names: set[str] = field(default_factory=set)
    merge: tuple[yaml.Node, yaml.Node, int] | None = None
    """The merge key with its value, and the number of pairs before it."""


def compose_events(events: Iterable[yaml.Event], limits: Limits) -> Composed:
    """Return the nodes of *events*. Raise `ScenarioError` if they exceed *limits*."""
    composer = _Composer(limits)
    for event in events:
        composer.take(event)
    return composer.made


def value_of_scalar(node: yaml.ScalarNode) -> Any:
    """Return the value of *node*, whose text matches its tag."""
    text = node.value
    if node.tag == _STR:
        return text
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL:
        return text[0] in "tT"
    if node.tag == _INT:
        return _integer(text)
    return float(text)


def _integer(text: str) -> int:
    return int(text, 0 if text[:2] in ("0o", "0x") else 10)


class _Composer:
    def __init__(self, limits: Limits) -> None:
        self.made = Composed()
        self._limits = limits
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[yaml.Node, int] | None] = {}
        self._count = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._grow(1, event)
            node = self._scalar(event)
            if event.anchor is not None:
                self._anchors[event.anchor] = (node, 1)
            self._put(node)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.made.root is not None:
            self._stop(event, "a second YAML document begins here. Use one document per file.")

    def _grow(self, nodes: int, event: Any) -> None:
        self._count += nodes
        if self._count > self._limits.nodes:
            self._stop(
                event,
                f"the scenario has more than {self._limits.nodes} keys and values, including "
                "those of aliases. Use a `portfolio` for many sites.",
            )

    def _begin(self, event: Any) -> None:
        if len(self._open) == DEPTH:
            self._stop(event, f"more than {DEPTH} lists and mappings are nested. Remove some.")
        self._grow(1, event)
        kind: type[yaml.CollectionNode] = yaml.SequenceNode
        tag = f"{_YAML}seq"
        if isinstance(event, yaml.MappingStartEvent):
            kind, tag = yaml.MappingNode, f"{_YAML}map"
        if event.tag not in (None, "!", tag):
            self._report(event.start_mark, _unsupported(event.tag))
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node = kind(tag, [], event.start_mark, event.start_mark)
        self._open.append(_Open(node, event.anchor, self._count - 1))

    def _end(self) -> None:
        closed = self._open[-1]
        if closed.merge is not None:
            self._merge(closed, *closed.merge)
        self._open.pop()
        if closed.anchor is not None:
            self._anchors[closed.anchor] = (closed.node, self._count - closed.count)
        self._put(closed.node)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            self._stop(event, f"the anchor '&{event.anchor}' is missing above this alias. Add it.")
        found = self._anchors[event.anchor]
        if found is None:
            self._stop(event, f"'*{event.anchor}' refers to a part that contains it. Remove it.")
        node, size = found
        self._grow(size, event)
        # A copy, so that issues of this node have the place of the alias.
        own = copy(node)
        own.start_mark = event.start_mark
        self._put(own)

    def _put(self, node: yaml.Node) -> None:
        if not self._open:
            self.made.root = node
            return
        around = self._open[-1]
        if isinstance(around.node, yaml.SequenceNode):
            around.node.value.append(node)
        elif around.key is None:
            around.key = node
        else:
            self._pair(around, around.key, node)
            around.key = None

    def _pair(self, around: _Open, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(key, yaml.ScalarNode):
            around.key = None
            kind = "a mapping" if isinstance(key, yaml.MappingNode) else "a list"
            self._report(
                key.start_mark,
                f"{kind} is not a key. Use a word, and replace placeholders such as "
                "`{{ name }}` before mockapi reads the file.",
            )
            return
        if key.value in around.names:
            self._report(key.start_mark, KEY_TWICE, f"Remove one `{key.value}`.")
        around.names.add(key.value)
        if len(around.names) > KEYS:
            self._stop(key, f"a mapping has more than {KEYS} keys. Remove some.")
        if key.value == _MERGE and not key.style:
            around.merge = (key, value, len(around.node.value))
        else:
            around.node.value.append((key, value))

    def _merge(self, mapping: _Open, merge: yaml.Node, value: yaml.Node, position: int) -> None:
        """Add the pairs of the merge key to *mapping*, except for keys that it has."""
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(source, yaml.MappingNode):
                mapping.key = merge
                message = "`<<` merges mappings only. Use the anchor of a mapping."
                self._report(source.start_mark, message)
                mapping.key = None
                continue
            for key, each in source.value:
                merged.setdefault(key.value, (key, each))
        above = [key.value for key, _ in mapping.node.value[:position] if key.value in merged]
        if above:
            message = (
                f"`{above[0]}` above `<<` takes precedence here, but not in every YAML parser. "
                "Put `<<` first."
            )
            self.made.warnings.append(self._issue(merge.start_mark, message))
        for name, pair in merged.items():
            if name not in mapping.names:
                mapping.node.value.append(pair)

    def _scalar(self, event: Any) -> yaml.ScalarNode:
        text = event.value
        tag = _STR
        is_key = (
            bool(self._open)
            and self._open[-1].key is None
            and isinstance(self._open[-1].node, yaml.MappingNode)
        )
        # Keys are always texts, as in JSON.
        if not is_key and (event.tag not in (None, "!", _STR) or event.implicit[0]):
            tag = self._tag_of(event)
        if _SURROGATE.search(text):
            self._report(
                event.start_mark, "half of a surrogate pair is not text. Correct the escape."
            )
            # Later messages contain names and values, and must be encodable.
            text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        node = yaml.ScalarNode(tag, text, event.start_mark, event.end_mark)
        node.style = event.style
        return node

    def _tag_of(self, event: Any) -> str:
        """Return the tag of a value. Report an invalid value, and return `str` for it."""
        text, given = event.value, event.tag
        found = _CORE.fullmatch(text)
        kind = found.lastgroup if found is not None else None
        tag = _STR if kind is None else _YAML + kind
        if given not in (None, "!"):
            if given not in _KINDS:
                self._report(event.start_mark, _unsupported(given))
                return _STR
            if given != tag and not (given == _FLOAT and tag == _INT):
                message = f"{quoted(text)} is not {_KINDS[given]}. Correct it, or remove the tag."
                self._report(event.start_mark, message)
                return _STR
            tag = given
        if tag == _INT and not _is_in_64_bits(text):
            message = "is not a 64-bit integer. Use a smaller number, or quote the text."
            self._report(event.start_mark, f"{quoted(text)} {message}")
            return _STR
        if tag == _FLOAT and not isfinite(
            float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        ):
            message = "is not a finite number. Use a number, or quote the text."
            self._report(event.start_mark, f"{quoted(text)} {message}")
            return _STR
        return tag

    def _report(self, mark: Any, message: str, remedy: str | None = None) -> None:
        if len(self.made.issues) < _MAX_STORED:
            self.made.issues.append(replace(self._issue(mark, message), remedy=remedy))

    def _stop(self, part: Any, message: str) -> NoReturn:
        raise ScenarioError([*self.made.issues, self._issue(part.start_mark, message)])

    def _issue(self, mark: Any, message: str) -> ScenarioIssue:
        steps = []
        for each in self._open:
            if isinstance(each.node, yaml.SequenceNode):
                steps.append(str(len(each.node.value)))
            elif isinstance(each.key, yaml.ScalarNode):
                steps.append(each.key.value)
        return ScenarioIssue(mark.name, mark.line + 1, mark.column + 1, ".".join(steps), message)


def _is_in_64_bits(text: str) -> bool:
    if len(text) > _MAX_DIGITS:
        return False
    return -(2**63) <= _integer(text) < 2**63


def _unsupported(tag: str) -> str:
    name = tag.replace(_YAML, "!!")
    return f"the tag {quoted(name)} is not supported. Remove it."
