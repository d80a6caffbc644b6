"""Compares JSON by structure and types, never by values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


@dataclass
class Shape:
    """The types that were seen at one place, and what was seen below it."""

    types: set[str] = field(default_factory=set)
    members: dict[str, "Shape"] = field(default_factory=dict)
    always: set[str] | None = None
    """The members that every object at this place had; None before the first object."""
    items: "Shape | None" = None

    def see(self, value: Any) -> None:
        """Add *value*, a JSON tree, to what was seen here."""
        if isinstance(value, dict):
            self.types.add("object")
            self.always = set(value) if self.always is None else self.always & set(value)
            for name, member in value.items():
                self.members.setdefault(name, Shape()).see(member)
        elif isinstance(value, list):
            self.types.add("array")
            self.items = self.items or Shape()
            for each in value:
                self.items.see(each)
        else:
            self.types.add(_NAMES[type(value)])


def shape_of(value: Any) -> Shape:
    """Return the shape of *value*, a JSON tree."""
    shape = Shape()
    shape.see(value)
    return shape


def differences(recorded: Shape, answered: Shape, place: str = "$") -> Iterator[str]:
    """Yield each place at which *answered* is of another shape than *recorded*.

    What only some elements of an array had may be absent; an empty array tells nothing.
    """
    if not recorded.types or not answered.types:
        return
    new = answered.types - recorded.types
    if new:
        yield f"{place}: was {_or(recorded.types)}, is {_or(new)}"
        return
    for name in sorted((recorded.always or set()) - set(answered.members)):
        if "object" in answered.types:
            yield f"{place}.{name}: is missing"
    for name in sorted(set(answered.members) - set(recorded.members)):
        yield f"{place}.{name}: is new"
    for name in sorted(set(answered.members) & set(recorded.members)):
        yield from differences(recorded.members[name], answered.members[name], f"{place}.{name}")
    if recorded.items is not None and answered.items is not None:
        yield from differences(recorded.items, answered.items, f"{place}[]")


def _or(types: Sequence[str] | set[str]) -> str:
    return " or ".join(sorted(types))
