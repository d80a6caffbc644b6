"""Tells of the shapes of JSON Schemas in tables."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from documents.markdown import code, codes, prose, table

Schema = Mapping[str, Any]
Named = Callable[[str], str]
"""Spells the name of a shape, as a link where it has a section."""

_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}
_LARGE = 2**53
_MANY = 30


def members(schema: Schema, named: Named = code) -> str:
    """Return a table of an object's members; the empty text for what has none."""
    required = schema.get("required", ())
    return table(
        ("member", "type", "default", "meaning"),
        (
            (
                code(name),
                type_of(each, named),
                "required" if name in required else default_of(each),
                prose(each.get("description")),
            )
            for name, each in schema.get("properties", {}).items()
        ),
    )


def type_of(schema: Schema, named: Named = code) -> str:
    """Return what values a schema allows, in some words."""
    if "$ref" in schema:
        return named(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return code(_spelled(schema["const"]))
    if "enum" in schema:
        values = schema["enum"]
        return codes(values) if len(values) <= _MANY else f"one of {len(values)} words"
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            kinds = [type_of(each, named) for each in schema[choice] if not _is_null(each)]
            return " or ".join(dict.fromkeys(kinds))
    return _plain(schema, named)


def _plain(schema: Schema, named: Named) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}), named)}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"mapping to {type_of(schema['additionalProperties'], named)}"
    text = {"string": "text", "object": "mapping", "boolean": "true or false", None: "anything"}
    said = schema.get("format") or text.get(kind, str(kind))
    bounds = [
        f"{words} {schema[key]}"
        for key, words in _BOUNDS.items()
        if key in schema and abs(schema[key]) < _LARGE
    ]
    return ", ".join([str(said), *bounds])


def default_of(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default in (None, "", [], {}) else code(_spelled(default))


def _is_null(schema: Schema) -> bool:
    return schema.get("type") == "null"


def _spelled(value: object) -> str:
    if isinstance(value, dict):
        value = {key: each for key, each in value.items() if each is not None}
    return value if isinstance(value, str) else json.dumps(value)
