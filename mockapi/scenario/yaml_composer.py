"""Nodes from the events of a YAML parser, within bounds.

libyaml's own composer calls itself for every level of nesting, until the stack of the process is
used up; this one keeps a list of what is open. It also resolves merge keys and YAML 1.2's core
schema, in which `no` is a text, `12:30` too, and `010` is ten.
"""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NoReturn

import yaml

from mockapi.domain.validation import quoted
from mockapi.scenario.errors import DEPTH, KEY_TWICE, KEYS, Limits, Mistake, ScenarioError

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
_LONGEST_INTEGER = 40
_MOST_KEPT = 1_000


@dataclass
class Composed:
    """The root of a text, with what is wrong or suspicious in its structure."""

    root: yaml.Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    doubts: list[Mistake] = field(default_factory=list)


@dataclass
class _Open:
    """A list or mapping whose end is not read yet."""

    node: yaml.CollectionNode
    anchor: str | None
    count: int
    """How many nodes there were before it."""
    key: yaml.Node | None = None
    names: set[str] = field(default_factory=set)
    merge: tuple[yaml.Node, yaml.Node, int] | None = None
    """The merge key with its value, and how many pairs stood before it."""


def compose_events(events: Iterable[yaml.Event], limits: Limits) -> Composed:
    """Return the nodes that *events* describe; raise `ScenarioError` beyond *limits*."""
    composer = _Composer(limits)
    for event in events:
        composer.take(event)
    return composer.made


def value_of_scalar(node: yaml.ScalarNode) -> Any:
    """Return the value of *node*, whose text the composer found to fit its tag."""
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
            self._stop(event, "a second YAML document begins here. Keep one document per file.")

    def _grow(self, nodes: int, event: Any) -> None:
        self._count += nodes
        if self._count > self._limits.nodes:
            self._stop(
                event,
                f"the scenario has more than {self._limits.nodes} keys and values, those of "
                "aliases included. Use a `portfolio` for many sites.",
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
            self._complain(event.start_mark, _unsupported(event.tag))
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
            self._stop(event, f"no anchor '&{event.anchor}' stands before this alias. Add it.")
        found = self._anchors[event.anchor]
        if found is None:
            self._stop(event, f"'*{event.anchor}' stands within the part that it names. Remove it.")
        node, size = found
        self._grow(size, event)
        # A node of its own, so that a mistake about it is placed at the alias.
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
            self._complain(
                key.start_mark,
                f"{kind} is not a key. Use a word, and replace placeholders such as "
                "`{{ name }}` before mockapi reads the file.",
            )
            return
        if key.value in around.names:
            self._complain(key.start_mark, KEY_TWICE)
        around.names.add(key.value)
        if len(around.names) > KEYS:
            self._stop(key, f"a mapping has more than {KEYS} keys. Remove some.")
        if key.value == _MERGE and not key.style:
            around.merge = (key, value, len(around.node.value))
        else:
            around.node.value.append((key, value))

    def _merge(self, mapping: _Open, merge: yaml.Node, value: yaml.Node, position: int) -> None:
        """Add what the merge key of *mapping* brings, unless it has the key itself."""
        brought: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if not isinstance(source, yaml.MappingNode):
                mapping.key = merge
                told = "`<<` merges mappings only. Name the anchor of a mapping."
                self._complain(source.start_mark, told)
                mapping.key = None
                continue
            for key, each in source.value:
                brought.setdefault(key.value, (key, each))
        above = [key.value for key, _ in mapping.node.value[:position] if key.value in brought]
        if above:
            told = (
                f"`{above[0]}` above `<<` wins here, but not with every reader of YAML. "
                "Put `<<` first."
            )
            self.made.doubts.append(self._mistake(merge.start_mark, told))
        for name, pair in brought.items():
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
        # A key is a text whatever it looks like, as in JSON.
        if not is_key and (event.tag not in (None, "!", _STR) or event.implicit[0]):
            tag = self._tag_of(event)
        if _SURROGATE.search(text):
            self._complain(event.start_mark, "holds half of a surrogate pair. Correct the escape.")
        node = yaml.ScalarNode(tag, text, event.start_mark, event.end_mark)
        node.style = event.style
        return node

    def _tag_of(self, event: Any) -> str:
        """Return the tag of a value, `str` for one with a mistake, which is noted."""
        text, stated = event.value, event.tag
        found = _CORE.fullmatch(text)
        kind = found.lastgroup if found is not None else None
        tag = _STR if kind is None else _YAML + kind
        if stated not in (None, "!"):
            if stated not in _KINDS:
                self._complain(event.start_mark, _unsupported(stated))
                return _STR
            if stated != tag and not (stated == _FLOAT and tag == _INT):
                told = f"{quoted(text)} is not {_KINDS[stated]}. Correct it, or remove the tag."
                self._complain(event.start_mark, told)
                return _STR
            tag = stated
        if tag == _INT and not _is_in_64_bits(text):
            told = "is beyond 64 bits. Use a smaller number, or quote a text."
            self._complain(event.start_mark, f"{quoted(text)} {told}")
            return _STR
        if tag == _FLOAT and not isfinite(
            float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        ):
            told = "is not a finite number. Use a number, or quote a text."
            self._complain(event.start_mark, f"{quoted(text)} {told}")
            return _STR
        return tag

    def _complain(self, mark: Any, message: str) -> None:
        if len(self.made.mistakes) < _MOST_KEPT:
            self.made.mistakes.append(self._mistake(mark, message))

    def _stop(self, part: Any, message: str) -> NoReturn:
        raise ScenarioError([*self.made.mistakes, self._mistake(part.start_mark, message)])

    def _mistake(self, mark: Any, message: str) -> Mistake:
        steps = []
        for each in self._open:
            if isinstance(each.node, yaml.SequenceNode):
                steps.append(str(len(each.node.value)))
            elif isinstance(each.key, yaml.ScalarNode):
                steps.append(each.key.value)
        return Mistake(mark.name, mark.line + 1, mark.column + 1, ".".join(steps), message)


def _is_in_64_bits(text: str) -> bool:
    if len(text) > _LONGEST_INTEGER:
        return False
    return -(2**63) <= _integer(text) < 2**63


def _unsupported(tag: str) -> str:
    name = tag.replace(_YAML, "!!")
    return f"the tag {quoted(name)} is not supported. Remove it."
