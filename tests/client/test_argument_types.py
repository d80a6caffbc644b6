"""Types of the keyword arguments of `MockApi`, compared with the models of the API."""

import inspect
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_overloads, get_type_hints

import pytest
from pydantic import JsonValue

from mockapi import MockApi
from mockapi.client import fault_handles, scenario_keys
from mockapi.client.faults_mixin import PresetName
from mockapi.control.schemas import journal_bodies, journal_report_bodies
from mockapi.domain.operations import OperationId
from mockapi.faults.kinds import KINDS
from mockapi.faults.model import Match, When
from mockapi.faults.parsing import fault_presets
from mockapi.scenario import updates
from mockapi.scenario.schema import ClientSpec

FAULT_TYPES = {timedelta: timedelta | str | float, JsonValue: Any}
"""Argument types of values that a fault converts to another type."""

ARGUMENT_TYPES = {
    "respond": {"file": str | Path | None},
    "patch": {"where": Mapping[str, Any]},
}
"""Argument types of settings that the client replaces."""

WHEN_TYPES = {
    "sequence": Sequence[Literal["ok", "fault"] | int] | str,
    "since": datetime | str | None,
    "until": datetime | str | None,
}
REQUEST_TYPES = {"operation": OperationId | None, "status": int | str | None}

OVERLOADS = {
    kind: each
    for each in get_overloads(MockApi.fault)
    for kind in get_args(get_type_hints(each)["kind"])
}

CHECKER = """
[mypy]
strict = true
[mypy-mockapi.app.*,mockapi.testing.*,mockapi.server.*,mockapi.settings.*]
follow_imports = skip
"""

CALLS = """
from datetime import timedelta
from mockapi import MockApi

def right(mockapi: MockApi) -> None:
    with mockapi.fault("status", status=503, operation="listSites", times=2) as fault:
        fault.hits + fault.matched
    mockapi.fault("stale_data", by=timedelta(hours=1), match={"site": "a"}).add()
    mockapi.fault("latency", seconds=1, sequence=["ok", "fault"])
    mockapi.fault("token_expired", per="client")
    mockapi.fault("respond", json={"a": [1]}, headers={"X-Cache": "HIT"}, operation="listSites")
    mockapi.fault("patch", merge={"type": "hotel"}, items=True)
    mockapi.preset("flaky-network")
    mockapi.verify(status="4xx", in_order=[{"operation": "listSites", "body": None}])
    mockapi.journal(error="TokenExpired", limit=3)
    site = mockapi.add_site(building="office", city="Lyon", history=timedelta(days=7))["id"]
    mockapi.update_site(site, name=None, registered=True)
    mockapi.add_meter(site, "Diesel", submeters=[{"name": "half", "share": 0.5}])

def wrong(mockapi: MockApi) -> None:
    mockapi.fault("status", staus=503)
    mockapi.fault("status", status="503")
    mockapi.fault("stauts")
    mockapi.fault("latency")
    mockapi.fault("latency", seconds=1, tims=2)
    mockapi.fault("respond", body="x")
    mockapi.preset("flaky")
    mockapi.add_site(bulding="office")
    mockapi.update_site("a", meters=[])
    mockapi.add_meter("a")
    mockapi.verify(staus=503)
    mockapi.verify(times="once")
    mockapi.verify(in_order=[{"operatoin": "listSites"}])
    mockapi.journal(limit="3")
    with mockapi.tail(sinse=3):
        pass
"""


@pytest.mark.parametrize("kind", KINDS)
def test_fault_signature_equals_the_settings_of_the_kind(kind):
    hints = get_type_hints(KINDS[kind])
    declared = [
        (each.alias or name, each, hints[name])
        for name, each in KINDS[kind].model_fields.items()
        if name not in ("kind", "match", "when")
    ]
    fields = {name: each for name, each, _ in declared}
    types = {name: each for name, _, each in declared} | ARGUMENT_TYPES.get(kind, {})
    parameters = {
        name: each
        for name, each in inspect.signature(OVERLOADS[kind]).parameters.items()
        if each.kind is inspect.Parameter.KEYWORD_ONLY
    }
    assert list(parameters) == list(fields)
    for name, each in parameters.items():
        assert (name, each.annotation) == (name, FAULT_TYPES.get(types[name], types[name]))
        required = fields[name].is_required()
        default = fields[name].get_default(call_default_factory=True)
        assert each.default == (inspect.Parameter.empty if required else default)


STATE_KEYS = {
    scenario_keys.SiteKeys: (updates.NewSite, ()),
    scenario_keys.SiteUpdateKeys: (updates.SiteUpdate, ()),
    scenario_keys.MeterKeys: (updates.NewMeter, ("site", "usage")),
    scenario_keys.MeterValueKeys: (updates.MeterUpdate, ()),
    scenario_keys.CustomerKeys: (updates.NewCustomer, ("portfolio",)),
    scenario_keys.CustomerValueKeys: (updates.CustomerUpdate, ()),
    scenario_keys.ClientKeys: (ClientSpec, ()),
    scenario_keys.ClientValueKeys: (updates.ClientUpdate, ()),
    scenario_keys.ScoringRequestKeys: (updates.NewScoringRequest, ("site",)),
}
"""The model of each type of keywords, and the keys that are other parameters or not accepted."""


@pytest.mark.parametrize("given", STATE_KEYS, ids=lambda each: each.__name__)
def test_state_keywords_are_the_keys_of_scenarios(given):
    model, others = STATE_KEYS[given]
    assert set(get_type_hints(given)) == set(model.model_fields) - {*others}
    optional = {
        name for name, each in get_type_hints(given).items() if type(None) in get_args(each)
    }
    if issubclass(model, updates.Update):
        assert optional == set(model.NULLABLE)


def test_fault_has_one_signature_for_each_kind():
    kinds = [
        kind
        for each in get_overloads(MockApi.fault)
        for kind in get_args(get_type_hints(each)["kind"])
    ]
    assert sorted(kinds) == sorted(KINDS)


@pytest.mark.parametrize(
    ("given", "model", "types"),
    [
        (fault_handles.FaultMatch, Match, {}),
        (fault_handles.FaultWhen, When, WHEN_TYPES),
        (fault_handles.EntryFilter, journal_bodies.EntryQuery, REQUEST_TYPES),
        (fault_handles.JournalFilter, journal_bodies.JournalQuery, REQUEST_TYPES),
        (fault_handles.ExpectedRequest, journal_report_bodies.RequestMatcher, REQUEST_TYPES),
        (
            fault_handles.Expectation,
            journal_report_bodies.RequestExpectation,
            REQUEST_TYPES | {"in_order": Sequence[fault_handles.ExpectedRequest] | None},
        ),
    ],
)
def test_arguments_equal_the_fields_of_their_model(given, model, types):
    fields = get_type_hints(model)
    expected = {name: types.get(name, fields[name]) for name in model.model_fields}
    assert get_type_hints(given) == expected


def test_preset_names_equal_the_presets():
    assert get_args(PresetName) == tuple(fault_presets())


def test_type_checker_reports_exactly_the_wrong_calls(tmp_path):
    (tmp_path / "mypy.ini").write_text(CHECKER)
    (tmp_path / "calls.py").write_text(CALLS)
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir=cache", "calls.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = CALLS.splitlines()
    reported = {
        lines[int(each) - 1].strip()
        for each in re.findall(r"calls\.py:(\d+): error", checked.stdout)
    }
    wrong = CALLS.partition("def wrong")[2].splitlines()[1:]
    assert reported == {each.strip() for each in wrong} - {"pass", ""}
    assert 'Unexpected keyword argument "staus"' in checked.stdout
    assert 'did you mean "status"?' in checked.stdout
