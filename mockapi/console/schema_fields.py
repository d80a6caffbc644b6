"""Fields and examples of the JSON Schemas in an OpenAPI document, for the API docs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockapi.api.openapi import Document
from mockapi.console.page import plural

Schema = Mapping[str, Any]

_REFERENCE = "#/components/schemas/"
_MODEL = "x-model"
"""Key of the name of a schema, which `resolve` adds."""
_MOST_LEVELS = 6
"""Levels of nested schemas that fields and examples have at most."""
_MANY = 5
"""Number of alternatives from which their types are counted instead of named."""
_LARGEST = 2**53
"""Bounds from here on are those of a number format, not of the API."""
_RANGES = (
    ("minimum", "maximum", ""),
    ("exclusiveMinimum", "exclusiveMaximum", ""),
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
)
_EXAMPLES_OF_FORMATS = {
    "date-time": "2026-06-01T09:00:00Z",
    "date": "2026-06-01",
    "duration": "PT1H",
    "uri-reference": "/path",
    "binary": "",
}


@dataclass(frozen=True)
class SchemaField:
    """A member of an object, or one of several alternatives; with its own fields."""

    name: str
    type: str
    description: str = ""
    is_required: bool = False
    is_read_only: bool = False
    values: Sequence[str] = ()
    limits: Sequence[str] = ()
    default: str = ""
    fields: Sequence["SchemaField"] = ()
    is_choice: bool = False
    """True if the fields are alternatives, of which one applies."""
    is_shown_before: bool = False
    """True if the fields are those of an earlier field with the same type."""


class SchemaReader:
    """Reader of the schemas of *document*, which resolves references.

    Each named schema is expanded once, where it occurs first. This bounds the result, also for
    schemas that contain themselves.
    """

    def __init__(self, document: Document) -> None:
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._expanded: set[str] = set()

    def field(
        self, name: str, schema: Schema, *, is_required: bool = False, level: int = 0
    ) -> SchemaField:
        """Return the field *name* with all fields below it."""
        found = self.resolve(schema)
        inner = self._content_of(found)
        choices = self._choices(inner)
        has_fields = any(self._content_of(each).get("properties") for each in (inner, *choices))
        model = inner.get(_MODEL, "") if has_fields else ""
        is_shown_before = model in self._expanded
        fields: Sequence[SchemaField] = ()
        if not is_shown_before and level < _MOST_LEVELS:
            if model:
                self._expanded.add(model)
            fields = list(self._fields_of(inner, choices if has_fields else (), level))
        values = inner.get("enum") or ([inner["const"]] if "const" in inner else [])
        return SchemaField(
            name=name,
            type=self.type_of(found),
            description=found.get("description", ""),
            is_required=is_required,
            is_read_only=bool(found.get("readOnly")),
            values=[_text(each) for each in values],
            limits=list(_limits(found)) + (list(_limits(inner)) if inner is not found else []),
            default=_default_of(found),
            fields=fields,
            is_choice=bool(choices and fields),
            is_shown_before=is_shown_before,
        )

    def _fields_of(
        self, schema: Schema, choices: Sequence[Schema], level: int
    ) -> Iterator[SchemaField]:
        for each in choices:
            yield self.field(self._choice_name(each), each, level=level + 1)
        required = schema.get("required", ())
        for name, member in schema.get("properties", {}).items():
            yield self.field(name, member, is_required=name in required, level=level + 1)

    def _choice_name(self, schema: Schema) -> str:
        """Return the constant that identifies this alternative, or else its type."""
        members = map(self.resolve, schema.get("properties", {}).values())
        constants = (each["const"] for each in members if isinstance(each.get("const"), str))
        return next(constants, self.type_of(schema))

    def resolve(self, schema: Schema) -> Schema:
        """Return *schema* without references, `allOf` and null at its top level."""
        found = dict(schema)
        for _ in range(_MOST_LEVELS):
            alternatives = [each for each in _alternatives(found) if each.get("type") != "null"]
            if "$ref" in found:
                name = found.pop("$ref").removeprefix(_REFERENCE)
                found = {**self._schemas[name], **found, _MODEL: name}
            elif parts := found.pop("allOf", None):
                for part in map(self.resolve, parts):
                    found = _merged(found, part)
            elif len(alternatives) == 1:
                rest = {key: each for key, each in found.items() if key not in ("anyOf", "oneOf")}
                found = {**rest, **alternatives[0]}
            else:
                return found
        return found

    def _content_of(self, schema: Schema) -> Schema:
        """Return the schema of the innermost items of lists, or of the values of a mapping."""
        for _ in range(_MOST_LEVELS):
            inner = schema.get("items") if schema.get("type") == "array" else _values_of(schema)
            if not isinstance(inner, Mapping):
                return schema
            schema = self.resolve(inner)
        return schema

    def _choices(self, schema: Schema) -> Sequence[Schema]:
        """Return the alternatives other than null; none if there is only one."""
        found = [self.resolve(each) for each in _alternatives(schema)]
        found = [each for each in found if each.get("type") != "null"]
        return found if len(found) > 1 else ()

    def type_of(self, schema: Schema, level: int = 0) -> str:
        """Return the type in words, such as `array of Site` or `string (date-time)`."""
        found = self.resolve(schema)
        if choices := self._choices(found):
            if _MODEL in found:
                return str(found[_MODEL])
            names = dict.fromkeys(self.type_of(each, level + 1) for each in choices)
            return " or ".join(names) if len(names) < _MANY else f"one of {len(names)} types"
        if level < _MOST_LEVELS and found.get("type") == "array":
            return f"array of {self.type_of(found.get('items', {}), level + 1)}"
        values = _values_of(found)
        if values is not None and level < _MOST_LEVELS:
            return f"map of {self.type_of(values, level + 1)}"
        return _plain_type(found)

    def example(self, schema: Schema, *, sent: bool, level: int = 0) -> Any:
        """Return a value that matches *schema*: its own example, or one made from its parts.

        If it is *sent* in a request, it has only the required members of each object that has any.
        """
        found = self.resolve(schema)
        for given in (found.get("examples"), found.get("enum"), _constant(found)):
            if given:
                return self._arranged(given[0], found, sent=sent)
        if found.get("default") is not None:
            return found["default"]
        if level >= _MOST_LEVELS:
            return None
        if choices := self._choices(found):
            return self.example(choices[0], sent=sent, level=level + 1)
        return self._composed_example(found, sent=sent, level=level + 1)

    def _arranged(self, example: Any, schema: Schema, *, sent: bool) -> Any:
        """Return *example* in the order of *schema*, without read-only members if it is *sent*."""
        if isinstance(example, list):
            items = self.resolve(schema.get("items", {}))
            return [self._arranged(each, items, sent=sent) for each in example]
        if not isinstance(example, dict):
            return example
        members = schema.get("properties", {})
        shown = {name: members[name] for name in members if name in example}
        arranged = {
            name: self._arranged(example[name], self.resolve(member), sent=sent)
            for name, member in shown.items()
            if not (sent and member.get("readOnly"))
        }
        return arranged | {name: each for name, each in example.items() if name not in shown}

    def _composed_example(self, schema: Schema, *, sent: bool, level: int) -> Any:
        if schema.get("type") == "array":
            return [self.example(schema.get("items", {}), sent=sent, level=level)]
        if schema.get("type") == "object" or schema.get("properties"):
            required = schema.get("required") if sent else None
            return {
                name: self.example(member, sent=sent, level=level)
                for name, member in schema.get("properties", {}).items()
                if required is None or name in required
            }
        return _plain_example(schema)


def _plain_type(schema: Schema) -> str:
    if schema.get("properties"):
        return str(schema.get(_MODEL, "object"))
    kind, form = schema.get("type"), schema.get("format")
    if kind is None:
        constants = schema.get("enum") or _constant(schema)
        return "string" if constants and isinstance(constants[0], str) else "any"
    return f"{kind} ({form})" if form else str(kind)


def _plain_example(schema: Schema) -> Any:
    kind = schema.get("type")
    if kind == "string":
        return _EXAMPLES_OF_FORMATS.get(schema.get("format", ""), "string")
    least = schema.get("minimum", 0)
    return {"integer": max(0, least), "number": max(0, least), "boolean": True}.get(str(kind))


def _constant(schema: Schema) -> Sequence[Any]:
    return [schema["const"]] if "const" in schema else []


def _alternatives(schema: Schema) -> Sequence[Schema]:
    return schema.get("anyOf") or schema.get("oneOf") or ()


def _values_of(schema: Schema) -> Schema | None:
    """Return the schema of the values of a mapping, or None if it is not a mapping."""
    values = schema.get("additionalProperties")
    return values if isinstance(values, Mapping) and "properties" not in schema else None


def _merged(schema: Schema, part: Schema) -> dict[str, Any]:
    """Return *schema* with what *part* of its `allOf` adds."""
    members = {**schema.get("properties", {}), **part.get("properties", {})}
    required = [*schema.get("required", ()), *part.get("required", ())]
    return {**part, **schema, "properties": members, "required": required}


def _limits(schema: Schema) -> Iterator[str]:
    """Yield the limits of values in words, such as `0 to 100` or `at most 64 characters`."""
    for least, most, unit in _RANGES:
        low, high = (
            None
            if abs(schema.get(key, _LARGEST)) >= _LARGEST
            else f"{schema[key]:,}".removesuffix(".0")
            for key in (least, most)
        )
        exclusive = least.startswith("exclusive")
        if low is not None and high is not None:
            yield f"{low} to {high}{unit and f' {unit}s'}"
        elif low is not None:
            words = "more than" if exclusive else "at least"
            yield f"{words} {low}{unit and f' {plural(unit, int(schema[least]))}'}"
        elif high is not None:
            words = "less than" if exclusive else "at most"
            yield f"{words} {high}{unit and f' {plural(unit, int(schema[most]))}'}"
    if schema.get("uniqueItems"):
        yield "no duplicates"
    if "pattern" in schema and "format" not in schema:
        yield f"pattern {schema['pattern']}"


def _default_of(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default in (None, "", [], {}) else _text(default)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
