"""Walks the kinds of faults, so that none is added by halves."""

import ast
import inspect
from pathlib import Path

import pytest

from mockapi.faults.base import Stage
from mockapi.faults.kinds import KINDS

TESTS = Path(__file__).parent


def named_in_tests() -> set[str]:
    """Return every text that the tests of kinds over a socket hold."""
    return {
        each.value
        for path in [*TESTS.glob("test_kinds_*.py"), TESTS / "test_rate_limit.py"]
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_it_does(kind):
    fault = KINDS[kind]
    assert isinstance(fault.stage, Stage)
    assert inspect.cleandoc(fault.__doc__ or "").partition("\n")[0].endswith((".", ":"))
    untold = [
        name for name, each in fault.model_fields.items() if name != "kind" and not each.description
    ]
    assert untold == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_file_of_its_own(kind):
    assert Path(inspect.getfile(KINDS[kind])).stem == kind
    assert KINDS[kind].__module__ == f"mockapi.faults.kinds.{kind}"


def test_every_kind_is_shown_over_a_socket():
    assert set(KINDS) - named_in_tests() == set()


def test_every_file_of_a_kind_is_in_the_registry():
    folder = Path(inspect.getfile(KINDS["status"])).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(KINDS)
