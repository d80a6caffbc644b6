"""Schemas of the bodies that are parts of a scenario, in the document of the control API."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from documents.openapi import operations

DOCUMENT = json.loads(Path("docs/openapi/control.json").read_text("utf-8"))
BODIES = {
    each.id: each.described["requestBody"]["content"]["application/json"]["schema"]
    for each in operations("control")
    if "application/json" in each.described.get("requestBody", {}).get("content", {})
}
SITE = "510affb6-69ec-4a7a-a510-acf99e641739"


def errors_of(operation: str, body: object) -> list[str]:
    schema = {**BODIES[operation], "components": DOCUMENT["components"]}
    return [each.message for each in Draft202012Validator(schema).iter_errors(body)]


@pytest.mark.parametrize("operation", BODIES)
def test_body_has_a_schema_of_its_members(operation):
    schema = BODIES[operation]
    references = [each for each in (schema, *schema.get("anyOf", ())) if "$ref" in each]
    assert references, f"{operation} has a free object as its body"


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("addSite", {"building": "office", "city": "Lyon", "meters": [{"usage": "Diesel"}]}),
        ("addSite", {"type": "x", "meters": "basic", "defects": [{"kind": "spike", "rate": 2}]}),
        ("updateSite", {"name": None, "registered": True}),
        ("addMeter", {"site": SITE, "usage": "Natural Gas", "yearly": 5}),
        ("updateMeter", {"interval": None}),
        ("addCustomer", {}),
        ("addCustomer", {"sites": [{"building": "office", "city": "Lyon"}]}),
        ("updateCustomer", {"email": "new@example.com"}),
        ("addClient", {}),
        ("updateClient", {"client_secret": None}),
    ],
)
def test_schema_accepts_a_body_that_the_call_accepts(operation, body):
    assert errors_of(operation, body) == []


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("addSite", {"bulding": "office"}),
        ("addSite", {"building": "ofice", "city": "Lyon"}),
        ("addSite", {"type": "x", "area": "large"}),
        ("updateSite", {"meters": []}),
        ("addMeter", {"usage": "Diesel"}),
        ("addScores", {"site": SITE}),
        ("addCustomer", {"portfolio": {}}),
        ("updateClient", {"client_id": "mockClient"}),
    ],
)
def test_schema_rejects_a_body_that_the_call_rejects(operation, body):
    assert errors_of(operation, body) != []
