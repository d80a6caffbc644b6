"""Says what to do about a mistake in a scenario, where its message alone does not."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from mockapi.scenario.mistakes import KEY_REQUIRED, KEY_TWICE, KEY_UNKNOWN, Mistake


def remedy(mistake: Mistake) -> str | None:
    """Return what to do about *mistake*; None where its message says it."""
    key = mistake.path.rpartition(".")[2]
    if mistake.message == KEY_REQUIRED:
        return f"State `{key}` here."
    if mistake.message == KEY_TWICE:
        return f"Keep one `{key}` and take the other out."
    if mistake.message != KEY_UNKNOWN:
        return None
    near = get_close_matches(key, _keys(), 2, 0.7)
    if near:
        return f"Did you mean {' or '.join(f'`{each}`' for each in near)}?"
    return "Take it out; `mockapi schema` lists the keys of every part."


@cache
def _keys() -> tuple[str, ...]:
    """Return every key that a scenario may state somewhere."""
    from mockapi.scenario.json_schema import json_schema

    return tuple(dict.fromkeys(_properties(json_schema())))


def _properties(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        stated = part.get("properties")
        if isinstance(stated, Mapping):
            yield from stated
    for each in part.values() if isinstance(part, Mapping) else part:
        if isinstance(each, Mapping | list):
            yield from _properties(each)
