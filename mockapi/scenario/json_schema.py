"""Writes the JSON Schema of scenarios, by which editors complete and check them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mockapi.domain.suggestions import nearest
from mockapi.scenario.discovery import KEY
from mockapi.scenario.errors import KEY_REQUIRED, KEY_TWICE, KEY_UNKNOWN, Mistake
from mockapi.scenario.field_types import LISTS, Listed
from mockapi.scenario.schema import Scenario


def remedy(mistake: Mistake) -> str | None:
    """Return what to do about *mistake*; None where its message says it."""
    key = mistake.path.rpartition(".")[2]
    if mistake.message == KEY_REQUIRED:
        return f"State `{key}` here."
    if mistake.message == KEY_TWICE:
        return f"Keep one `{key}` and take the other out."
    if mistake.message != KEY_UNKNOWN:
        return None
    near = nearest(key, _keys(), 2, cutoff=0.7)
    if near:
        return f"Did you mean {' or '.join(f'`{each}`' for each in near)}?"
    return "Take it out; `mockapi schema` lists the keys of every part."


@cache
def _keys() -> tuple[str, ...]:
    """Return every key that a scenario may state somewhere."""
    return tuple(dict.fromkeys(_properties(json_schema())))


def _properties(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        stated = part.get("properties")
        if isinstance(stated, Mapping):
            yield from stated
    for each in part.values() if isinstance(part, Mapping) else part:
        if isinstance(each, Mapping | list):
            yield from _properties(each)


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OF_WORDS = ("type", "enum", "oneOf")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file."""
    schema: dict[str, Any] = Scenario.model_json_schema()
    listed = {name.capitalize(): Listed(name).words() for name in LISTS}
    schema = _shared(
        schema, {json.dumps(words, sort_keys=True): name for name, words in listed.items()}
    )
    schema["$defs"] = dict(sorted({**schema["$defs"], **listed}.items()))
    schema["properties"] = {
        KEY: {
            "description": "A scenario that this is laid over: shipped, or a file in this folder.",
            "type": "string",
        },
        **schema["properties"],
    }
    return {"$schema": _DIALECT, **schema, "title": "mockapi scenario"}


def _shared(part: Any, names: Mapping[str, str]) -> Any:
    """Return *part* with a reference in place of each list of words that has a name."""
    if isinstance(part, list):
        return [_shared(each, names) for each in part]
    if not isinstance(part, dict):
        return part
    name = names.get(
        json.dumps({key: part[key] for key in part if key in _OF_WORDS}, sort_keys=True)
    )
    if name is None:
        return {key: _shared(value, names) for key, value in part.items()}
    others = {key: value for key, value in part.items() if key not in _OF_WORDS}
    return {"$ref": f"#/$defs/{name}", **others}


def schema_text() -> str:
    """Return the JSON Schema as the text of a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
