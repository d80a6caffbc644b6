"""Writes the JSON Schema of scenarios, by which editors complete and check them."""

import json
from collections.abc import Mapping
from typing import Any

from mockapi.scenario.extends import KEY
from mockapi.scenario.schema import Scenario
from mockapi.scenario.words import LISTS, Listed

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
