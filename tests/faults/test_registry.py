"""Completeness of every fault kind."""

import ast
import inspect
from pathlib import Path

import pytest

from mockapi.faults.fault_base import Stage
from mockapi.faults.kinds import KINDS

SOCKET_TESTS = [
    Path(__file__).with_name(f"test_{name}.py")
    for name in (
        "connection_faults",
        "delivery_faults",
        "given_responses",
        "rate_limit",
        "response_faults",
        "token_faults",
    )
]


def strings_in_tests() -> set[str]:
    """Return all strings in the tests of kinds over a socket."""
    return {
        each.value
        for path in SOCKET_TESTS
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_kind_has_a_description(kind):
    fault = KINDS[kind]
    assert isinstance(fault.stage, Stage)
    assert inspect.cleandoc(fault.__doc__ or "").partition("\n")[0].endswith((".", ":"))
    undescribed = [
        name for name, each in fault.model_fields.items() if name != "kind" and not each.description
    ]
    assert undescribed == []


@pytest.mark.parametrize("kind", KINDS)
def test_kind_has_its_own_module(kind):
    assert Path(inspect.getfile(KINDS[kind])).stem == kind
    assert KINDS[kind].__module__ == f"mockapi.faults.kinds.{kind}"


def test_every_kind_is_tested_over_a_socket():
    assert set(KINDS) - strings_in_tests() == set()


def test_every_module_is_in_the_registry():
    folder = Path(inspect.getfile(KINDS["status"])).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(KINDS)
