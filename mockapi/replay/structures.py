"""Structures of JSON trees: members, types, formats and values, and their differences."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
_PLAIN_TEXT = "text"
_WEAK_FORMATS = frozenset({"digits", "empty text"})
"""Formats that plain text may have by chance."""
_FORMATS = (
    ("UUID", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("date-time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    (
        "date-time with fraction",
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"),
    ),
    (
        "date-time with offset",
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:?\d\d"),
    ),
    ("digits", re.compile(r"\d+")),
    ("URL", re.compile(r"https?://\S+")),
    ("empty text", re.compile(r"")),
)
_MOST_TEXTS = 50
"""Maximum number of different texts of a place that are kept."""

DifferenceKind = Literal["member", "type", "format"]


class StructureDifference(NamedTuple):
    """A difference of two structures at one place."""

    kind: DifferenceKind
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass
class JsonStructure:
    """The types of the values at one place of a JSON tree, and the structure below it."""

    types: set[str] = field(default_factory=set)
    members: dict[str, "JsonStructure"] = field(default_factory=dict)
    always: set[str] | None = None
    """The members of all objects at this place; None before the first object."""
    items: "JsonStructure | None" = None
    formats: set[str] = field(default_factory=set)
    """The formats of the texts at this place."""
    texts: set[str] = field(default_factory=set)
    """Texts at this place, not all if there are many."""

    def add(self, value: Any) -> None:
        """Add the JSON tree *value*."""
        if isinstance(value, dict):
            self.types.add("object")
            self.always = set(value) if self.always is None else self.always & set(value)
            for name, member in value.items():
                self.members.setdefault(name, JsonStructure()).add(member)
        elif isinstance(value, list):
            self.types.add("array")
            self.items = self.items or JsonStructure()
            for each in value:
                self.items.add(each)
        else:
            self.types.add(_NAMES[type(value)])
            if isinstance(value, str) and value not in self.texts:
                self.formats.add(_format_of(value))
                if len(self.texts) < _MOST_TEXTS:
                    self.texts.add(value)

    def at(self, place: str) -> "JsonStructure | None":
        """Return the structure at *place*, such as `$[].type`; None if there is none."""
        found: JsonStructure | None = self
        for step in re.findall(r"\[\]|[^.\[\]$]+", place):
            if found is not None:
                found = found.items if step == "[]" else found.members.get(step)
        return found


def _format_of(text: str) -> str:
    return next((name for name, pattern in _FORMATS if pattern.fullmatch(text)), _PLAIN_TEXT)


def structure_of(value: Any) -> JsonStructure:
    """Return the structure of *value*, a JSON tree."""
    structure = JsonStructure()
    structure.add(value)
    return structure


def differences(recorded: JsonStructure, current: JsonStructure) -> Iterator[str]:
    """Yield each place at which *current* has other members or types than *recorded*."""
    for each in compare_structures(recorded, current):
        if each.kind != "format":
            yield str(each)


def compare_structures(
    recorded: JsonStructure, current: JsonStructure, place: str = "$", *, whole: bool = False
) -> Iterator[StructureDifference]:
    """Yield each difference of *current* from *recorded*.

    Members and types that only some recorded values have are optional. If the structures are
    *whole*, as those of all responses of an operation, *current* must have them, too, except null.
    Empty arrays are not compared.
    """
    if not recorded.types or not current.types:
        return
    new = current.types - recorded.types
    lost = recorded.types - current.types - {"null"} if whole else ()
    if new or lost:
        text = f"was {_or(recorded.types)}, is {_or(new or current.types)}"
        yield StructureDifference("type", place, text)
    if new:
        return
    always = recorded.always or set()
    for name in sorted((set(recorded.members) if whole else always) - set(current.members)):
        if "object" in current.types:
            text = "is missing" if name in always else "is missing; some recorded objects have it"
            yield StructureDifference("member", f"{place}.{name}", text)
    for name in sorted(set(current.members) - set(recorded.members)):
        yield StructureDifference("member", f"{place}.{name}", "is new")
    for name in sorted(set(current.members) & set(recorded.members)):
        yield from compare_structures(
            recorded.members[name], current.members[name], f"{place}.{name}", whole=whole
        )
    if recorded.items is not None and current.items is not None:
        yield from compare_structures(recorded.items, current.items, f"{place}[]", whole=whole)
    if other := _other_formats(recorded.formats, current.formats):
        yield StructureDifference("format", place, f"was {_or(recorded.formats)}, is {_or(other)}")


def _other_formats(recorded: Collection[str], current: Collection[str]) -> Collection[str]:
    """Return the formats of *current* that differ from those of *recorded*; empty for none."""
    if not recorded:
        return ()
    if _PLAIN_TEXT not in recorded:
        return set(current) - set(recorded)
    # Plain text has no format, but it does not fit a place where all texts have one.
    has_format = _PLAIN_TEXT not in current and _WEAK_FORMATS.isdisjoint(current)
    return current if has_format else ()


def _or(types: Collection[str]) -> str:
    return " or ".join(sorted(types))
