"""Tables and type descriptions of JSON Schemas."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from documents.markdown import code, codes, prose, table

Schema = Mapping[str, Any]
Named = Callable[[str], str]
"""Formats the name of a schema, as a link if it has a section."""

_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}
_LARGE = 2**53
_MANY = 30


def members(schema: Schema, named: Named = code) -> str:
    """Return a table of an object's members, or the empty string if it has none."""
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
    """Return a short description of the values that a schema allows."""
    if "$ref" in schema:
        return named(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return code(_format(schema["const"]))
    if "enum" in schema:
        values = schema["enum"]
        return codes(values) if len(values) <= _MANY else f"one of {len(values)} values"
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
    name = schema.get("format") or text.get(kind, str(kind))
    bounds = [
        f"{words} {schema[key]}"
        for key, words in _BOUNDS.items()
        if key in schema and abs(schema[key]) < _LARGE
    ]
    return ", ".join([str(name), *bounds])


def default_of(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default in (None, "", [], {}) else code(_format(default))


def _is_null(schema: Schema) -> bool:
    return schema.get("type") == "null"


def _format(value: object) -> str:
    if isinstance(value, dict):
        value = {key: each for key, each in value.items() if each is not None}
    return value if isinstance(value, str) else json.dumps(value)
