"""JSON Schema of scenarios for editors."""

import json

import jsonschema_rs
import pytest
from scenario_steps import SHIPPED

from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import catalog
from mockapi.resources import scenarios
from mockapi.scenario.document import compose
from mockapi.scenario.json_schema import json_schema, schema_text

FILE = scenarios() / "scenario.schema.json"
VALIDATOR = jsonschema_rs.Draft202012Validator(json_schema())


def test_committed_schema_is_that_of_the_command():
    assert FILE.read_text("utf-8") == schema_text(), "Run `make schema`."


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_has_modeline_and_matches_schema(name):
    file = scenarios() / f"{name}.yaml"
    text = file.read_text("utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={FILE.name}\n")
    assert [str(each) for each in VALIDATOR.iter_errors(compose(text, name).data())] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("extends: demo\n", id="extends"),
        pytest.param("sites: [{building: office, city: Lyon, meters: basic}]\n", id="preset"),
        pytest.param("sites: [{type: x, meters: [{usage: y, commodity: z}]}]\n", id="free words"),
        pytest.param("portfolio: {defects: [{kind: short_gap, for: PT2H}]}\n", id="defect"),
    ],
)
def test_valid_scenario_matches(text):
    assert VALIDATOR.is_valid(compose(text, "my.yaml").data())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("colour: blue\n", id="unknown key"),
        pytest.param("sites: [{building: castle, city: Lyon}]\n", id="building"),
        pytest.param("sites: [{building: office, city: Lyon, meters: basics}]\n", id="preset"),
        pytest.param("portfolio: {defects: [{kind: spikes}]}\n", id="defect"),
        pytest.param("interval: PT30M\n", id="interval"),
    ],
)
def test_invalid_scenario_does_not_match(text):
    assert not VALIDATOR.is_valid(compose(text, "my.yaml").data())


def test_completed_names_are_those_of_the_data():
    defined = json.loads(schema_text())["$defs"]
    assert {name: defined[name]["enum"] for name in ("Building", "City", "Usage")} == {
        "Building": list(building_types()),
        "City": list(places()),
        "Usage": list(catalog().by_usage()),
    }
