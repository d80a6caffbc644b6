"""Describes the control API in OpenAPI 3.1, so that linters and client generators take it."""

import json
from collections.abc import Iterator

from fastapi import FastAPI

from mockapi.api.openapi import LICENCE, Document, mappings, without_sources
from mockapi.control.mount import PREFIX
from mockapi.faults.parsing import schema_of_faults
from mockapi.http.problem_details import PROBLEM_JSON

_SCHEMAS = "#/components/schemas/"
_ADMIN = "AdminToken"
_PUBLIC = "/health"
_FAULT = {
    "kind": "status",
    "status": 503,
    "match": {"operation": "listMeters"},
    "when": {"times": 2},
}
"""An example of a fault."""
_TYPES = {"type", "anyOf", "oneOf", "enum", "const"}


def describe_control(admin: FastAPI, root: str) -> Document:
    """Return the document of *admin*, for a world that begins at *root*."""
    document: Document = json.loads(without_sources(json.dumps(admin.openapi())))
    document["info"]["license"] = LICENCE
    document["servers"] = [{"url": root + PREFIX}]
    for path, path_item in document["paths"].items():
        for operation in path_item.values():
            operation["responses"].pop("422", None)
            _tell_problems(operation)
            operation["tags"] = [_tag(path)]
            # An empty choice: the token is demanded only where a setting states one.
            operation["security"] = [] if path == _PUBLIC else [{_ADMIN: []}, {}]
    document["tags"] = [{"name": name} for name in dict.fromkeys(map(_tag, document["paths"]))]
    document["components"]["securitySchemes"] = {
        _ADMIN: {
            "type": "http",
            "scheme": "bearer",
            "description": "`MOCKAPI_ADMIN_TOKEN`, where it is set.",
        }
    }
    _tell_faults(document)
    _spell_for_generators(document)
    _drop_what_nothing_names(document)
    return document


def _tag(path: str) -> str:
    return path.split("/")[1]


def _tell_problems(operation: Document) -> None:
    """Give refusals the media type that they have; FastAPI knows that of successes alone."""
    for status, answer in operation["responses"].items():
        if status >= "400":
            answer["content"] = {PROBLEM_JSON: answer["content"]["application/json"]}


def _tell_faults(document: Document) -> None:
    """Describe the one body that its call reads by itself: a fault of any kind."""
    text = json.dumps(schema_of_faults()).replace("#/$defs/", _SCHEMAS)
    fault = json.loads(text)
    kinds = fault.pop("$defs")
    for reference in fault["oneOf"]:
        # What tells the kinds apart must be stated, or they would overlap.
        kind = kinds[reference["$ref"].removeprefix(_SCHEMAS)]
        kind["required"] = ["kind", *kind.get("required", ())]
    for kind in kinds.values():
        for member in kind.get("properties", {}).values():
            if member.keys().isdisjoint(_TYPES):
                # Generators of typed languages write such a default down as it stands.
                member.pop("default", None)
    fault["examples"] = [_FAULT]
    document["components"]["schemas"] |= kinds | {"Fault": fault}
    body = document["paths"]["/faults"]["post"]["requestBody"]
    body["content"]["application/json"]["schema"] = {"$ref": f"{_SCHEMAS}Fault"}


def _spell_for_generators(document: Document) -> None:
    """Say in other words what generators of clients take wrongly."""
    for node in mappings(document):
        if members := node.pop("prefixItems", None):
            # Few generators know tuples, and OpenAPI linters demand `items`. The list keeps its
            # length by minItems and maxItems.
            node["items"] = _any_of(members)
        if isinstance(node.get("const"), bool):
            # The one for Java makes an enumeration of it, and a boolean its default.
            del node["const"]


def _any_of(schemas: list[Document]) -> Document:
    """Return one schema that accepts what any of *schemas* accepts."""
    choices = [choice for each in schemas for choice in each.get("anyOf", [each])]
    distinct = [each for at, each in enumerate(choices) if each not in choices[:at]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _drop_what_nothing_names(document: Document) -> None:
    schemas = document["components"]["schemas"]
    while unnamed := schemas.keys() - set(_named(document)):
        for name in unnamed:
            del schemas[name]


def _named(document: Document) -> Iterator[str]:
    for node in mappings(document):
        if isinstance(reference := node.get("$ref"), str):
            yield reference.removeprefix(_SCHEMAS)
