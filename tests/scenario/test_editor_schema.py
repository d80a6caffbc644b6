"""The JSON Schema by which editors complete and check scenarios."""

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


def test_the_committed_schema_is_the_one_that_the_command_prints():
    assert FILE.read_text("utf-8") == schema_text(), "Write it anew with `make schema`."


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_has_modeline_and_fits_the_schema(name):
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
def test_what_may_be_said_fits(text):
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
def test_what_may_not_be_said_does_not_fit(text):
    assert not VALIDATOR.is_valid(compose(text, "my.yaml").data())


def test_the_words_that_editors_complete_are_those_of_the_data():
    defined = json.loads(schema_text())["$defs"]
    assert {name: defined[name]["enum"] for name in ("Building", "City", "Usage")} == {
        "Building": list(building_types()),
        "City": list(places()),
        "Usage": list(catalog().by_usage()),
    }
