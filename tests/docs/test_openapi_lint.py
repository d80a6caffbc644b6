"""Every OpenAPI document is valid: the OpenAPI 3.1 schema, JSON Schema, arrays with `items`."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from documents.openapi import TITLES, documents
from mockapi.api.openapi import describe
from mockapi.api.products import PRODUCTS
from mockapi.domain.edition import EDITIONS
from mockapi.settings import Settings

# Without formats: this release of the schema demands absolute URLs, which the text of 3.1 does not.
DIALECT = "https://json-schema.org/draft/2020-12/schema"
OPENAPI = jsonschema_rs.Draft202012Validator(OPENAPI_31, validate_formats=False)


def variants() -> Iterator[Any]:
    """Yield functions that return a document, because a document takes half a second."""
    yield from (pytest.param(lambda name=name: documents()[name], id=name) for name in TITLES)
    for api, edition, strict, style in product(
        PRODUCTS, EDITIONS.values(), (False, True), ("problem", "apigee")
    ):
        settings = Settings(strict_paths=strict, error_style=style)
        label = f"{api.name}-{edition.name}{'-strict' * strict}-{style}"
        yield pytest.param(partial(describe, api, edition, settings), id=label)


def faults_in(document: dict[str, Any]) -> list[str]:
    """Return a line for everything in *document* that a client generator may stumble over."""
    found = [str(each.instance_path) + each.message for each in OPENAPI.iter_errors(document)]
    for place, schema in schemas_in(document, "#"):
        if not jsonschema_rs.meta.is_valid({"$schema": DIALECT, **schema}):
            found.append(f"{place} is not a JSON Schema")
        if schema.get("type") == "array" and "items" not in schema:
            found.append(f"{place} has no items")
    return found


def schemas_in(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("type"), str | list):
            yield place, node
        for key, each in node.items():
            if key not in ("example", "examples", "default", "securitySchemes"):
                yield from schemas_in(each, f"{place}/{key}")
    elif isinstance(node, list):
        for at, each in enumerate(node):
            yield from schemas_in(each, f"{place}/{at}")


@pytest.mark.parametrize("describe_variant", list(variants()))
def test_document_is_valid_openapi(describe_variant):
    document = describe_variant()
    assert len(list(schemas_in(document, "#"))) > 20
    assert faults_in(document) == []


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({"type": "array", "prefixItems": [{"type": "string"}]}, "has no items"),
        ({"type": "array", "items": {"type": "text"}}, "is not a JSON Schema"),
    ],
)
def test_fault_in_a_schema_is_found(schema, fault):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"S": schema}},
    }
    assert any(fault in each for each in faults_in(document))


def test_fault_outside_of_schemas_is_found():
    assert faults_in({"openapi": "3.1.0", "info": {"title": "t"}, "paths": {}}) != []
