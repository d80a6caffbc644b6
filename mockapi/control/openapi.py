"""OpenAPI 3.1 document of the control API, for linters and client generators."""

import json
from collections.abc import Iterator, Mapping

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder

from mockapi.api.openapi import LICENCE, Document, mappings, without_sources
from mockapi.control.app import PREFIX
from mockapi.control.route import SCHEMAS
from mockapi.control.schemas.journal_report_bodies import VerifyProblem
from mockapi.faults.parsing import schema_of_faults
from mockapi.http.responses import AdminProblem
from mockapi.scenario.field_types import Spec
from mockapi.scenario.schema import ClientSpec
from mockapi.scenario.updates import (
    ChangedScore,
    ClientUpdate,
    CustomerUpdate,
    MeterUpdate,
    NewCustomer,
    NewMeter,
    NewScores,
    NewScoringRequest,
    NewSite,
    SiteUpdate,
)

_ADMIN = "AdminToken"
_PUBLIC = "/health"
_OF_DEFAULT_WORLD = frozenset({"worlds"})
"""Tags of the operations that named worlds do not have."""
_FAULT = {
    "kind": "status",
    "status": 503,
    "match": {"operation": "listMeters"},
    "when": {"times": 2},
}
"""An example of a fault."""
_TYPES = {"type", "anyOf", "oneOf", "enum", "const"}


def describe_control(admin: FastAPI, root: str, server: str) -> Document:
    """Return the document of *admin*, for a world below *root* of a server below *server*."""
    document: Document = json.loads(without_sources(json.dumps(admin.openapi())))
    document["info"]["license"] = LICENCE
    document["servers"] = [{"url": root + PREFIX}]
    for path, path_item in document["paths"].items():
        for operation in path_item.values():
            operation["responses"].pop("422", None)
            operation["tags"] = [_tag(path)]
            if root != server and _tag(path) in _OF_DEFAULT_WORLD:
                operation["servers"] = [{"url": server + PREFIX}]
            # The empty alternative: the token is required only if a setting gives one.
            operation["security"] = [] if path == _PUBLIC else [{_ADMIN: []}, {}]
    document["tags"] = [{"name": name} for name in dict.fromkeys(map(_tag, document["paths"]))]
    document["components"]["securitySchemes"] = {
        _ADMIN: {
            "type": "http",
            "scheme": "bearer",
            "description": "`MOCKAPI_ADMIN_TOKEN`, if it is set.",
        }
    }
    _set_problem_schemas(document)
    _set_fault_schema(document)
    _set_scenario_parts(document)
    _simplify_for_generators(document)
    _remove_unused_schemas(document)
    return document


def _tag(path: str) -> str:
    return path.split("/")[1]


def _set_problem_schemas(document: Document) -> None:
    """Set the schemas of problems, to which the routes only refer."""
    schemas = document["components"]["schemas"]
    for model in (AdminProblem, VerifyProblem):
        schema = model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}", mode="serialization")
        schemas |= schema.pop("$defs") | {
            model.__name__: jsonable_encoder(schema, exclude_none=True)
        }
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _set_fault_schema(document: Document) -> None:
    """Set the body of `POST /faults`, which the route parses itself."""
    text = json.dumps(schema_of_faults()).replace("#/$defs/", SCHEMAS)
    fault = json.loads(text)
    kinds = fault.pop("$defs")
    for reference in fault["oneOf"]:
        # `kind` must be required, or the alternatives overlap.
        kind = kinds[reference["$ref"].removeprefix(SCHEMAS)]
        kind["required"] = ["kind", *kind.get("required", ())]
    for kind in kinds.values():
        for member in kind.get("properties", {}).values():
            if member.keys().isdisjoint(_TYPES):
                # Generators of typed languages copy such a default without a type.
                member.pop("default", None)
    fault["examples"] = [_FAULT]
    document["components"]["schemas"] |= kinds | {"Fault": fault}
    body = document["paths"]["/faults"]["post"]["requestBody"]
    body["content"]["application/json"]["schema"] = {"$ref": f"{SCHEMAS}Fault"}


_PARTS: Mapping[str, type[Spec]] = {
    "addSite": NewSite,
    "updateSite": SiteUpdate,
    "addMeter": NewMeter,
    "updateMeter": MeterUpdate,
    "addScores": NewScores,
    "updateScore": ChangedScore,
    "addScoringRequest": NewScoringRequest,
    "addCustomer": NewCustomer,
    "updateCustomer": CustomerUpdate,
    "addClient": ClientSpec,
    "updateClient": ClientUpdate,
}
"""Bodies that the routes parse themselves, by operation."""
_DRAWN = (NewCustomer, ClientSpec)
"""Parts whose required keys are drawn unless they are given."""


def _set_scenario_parts(document: Document) -> None:
    """Set the bodies that are parts of a scenario."""
    schemas = document["components"]["schemas"]
    for operation in _operations(document):
        part = _PARTS.get(operation["operationId"])
        if part is None:
            continue
        schema = part.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
        for node in mappings(schema):
            # Keys for anchors, which only files have.
            node.pop("patternProperties", None)
        schemas |= schema.pop("$defs", {})
        if part in _DRAWN:
            schema.pop("required", None)
        content = operation["requestBody"]["content"]["application/json"]
        schema["examples"] = content["schema"]["examples"]
        schemas[part.__name__] = schema
        content["schema"] = {"$ref": f"{SCHEMAS}{part.__name__}"}


def _operations(document: Document) -> Iterator[Document]:
    return (each for item in document["paths"].values() for each in item.values())


def _simplify_for_generators(document: Document) -> None:
    """Replace constructs that client generators handle wrongly."""
    for node in mappings(document):
        if members := node.pop("prefixItems", None):
            # Few generators support tuples, and OpenAPI linters require `items`. minItems and
            # maxItems still set the length.
            node["items"] = _any_of(members)
        if isinstance(node.get("const"), bool):
            # The Java generator makes an enum of it with a boolean as its default.
            del node["const"]


def _any_of(schemas: list[Document]) -> Document:
    """Return one schema that accepts a value if any of *schemas* does."""
    choices = [choice for each in schemas for choice in each.get("anyOf", [each])]
    distinct = [each for at, each in enumerate(choices) if each not in choices[:at]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _remove_unused_schemas(document: Document) -> None:
    schemas = document["components"]["schemas"]
    while unused := schemas.keys() - set(_references(document)):
        for name in unused:
            del schemas[name]


def _references(document: Document) -> Iterator[str]:
    for node in mappings(document):
        if isinstance(reference := node.get("$ref"), str):
            yield reference.removeprefix(SCHEMAS)
