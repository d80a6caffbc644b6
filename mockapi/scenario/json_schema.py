"""JSON Schema of scenarios, for editors."""

import json
from collections.abc import Mapping
from typing import Any

from mockapi.scenario.extension import EXTENDS
from mockapi.scenario.field_types import LISTS, EnumSchema
from mockapi.scenario.schema import Scenario

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LIST_KEYWORDS = ("type", "enum", "oneOf")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file."""
    schema: dict[str, Any] = Scenario.model_json_schema()
    lists = {name.capitalize(): EnumSchema(name).values() for name in LISTS}
    schema = _with_refs(
        schema, {json.dumps(values, sort_keys=True): name for name, values in lists.items()}
    )
    schema["$defs"] = dict(sorted({**schema["$defs"], **lists}.items()))
    schema["properties"] = {
        EXTENDS: {
            "description": "The base of this scenario: a shipped one, or a file in this folder.",
            "type": "string",
        },
        **schema["properties"],
    }
    return {"$schema": _DIALECT, **schema, "title": "mockapi scenario"}


def _with_refs(part: Any, names: Mapping[str, str]) -> Any:
    """Return *part* with a reference for each list of values that has a name in *names*."""
    if isinstance(part, list):
        return [_with_refs(each, names) for each in part]
    if not isinstance(part, dict):
        return part
    name = names.get(
        json.dumps({key: part[key] for key in part if key in _LIST_KEYWORDS}, sort_keys=True)
    )
    if name is None:
        return {key: _with_refs(value, names) for key, value in part.items()}
    others = {key: value for key, value in part.items() if key not in _LIST_KEYWORDS}
    return {"$ref": f"#/$defs/{name}", **others}


def schema_text() -> str:
    """Return the JSON Schema as formatted text."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
