"""Completeness of the reference pages, and strings that no file of the project may contain."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from documents.assumptions import assumptions, subjects
from mockapi import create_app
from mockapi.cli import COMMANDS
from mockapi.domain.catalog import presets
from mockapi.domain.factors import benchmarks
from mockapi.faults.kinds import KINDS as FAULTS
from mockapi.faults.parsing import fault_presets
from mockapi.scenario.defects import DEFECT_KINDS
from mockapi.scenario.timeline import EVENT_KINDS
from mockapi.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = {
    path.stem: path.read_text("utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")
}
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
FIXTURES = sorted((ROOT / "fixtures").rglob("*.json"))

# Made by tools, or by others.
PASSED_OVER = r"\.git|\.venv|\.hypothesis|\..*_cache|__pycache__|build|dist|static"

CREDENTIALS = {
    "access_token",
    "client_id",
    "client_secret",
    "code",
    "id_token",
    "password",
    "refresh_token",
    "token",
    "user_token",
}

# Written so that none of them finds itself.
FOREIGN = {
    "a folder of one machine": r"/(?:home|root|Users)/[\w.-]+/",
    "a registry": r"\b(?:pypi|pythonhosted|npmjs|ghcr|quay|docker|debian)\.(?:org|io)\b",
    "a source of packages": r"--(?:extra-)?index-[u]rl|--find-[l]inks",
    "a token that does not begin with mock": r"Bearer (?!mock)(?=\w*\d)[A-Za-z0-9]{20,}",
}


def by_path(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def kept_files() -> Iterator[Path]:
    """Yield every text of the project, vendored ones apart."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not re.fullmatch(PASSED_OVER, name)]
        for name in names:
            path = Path(folder, name)
            if b"\0" not in path.read_bytes():
                yield path


def credentials_in(tree: object) -> Iterator[str]:
    """Yield the text of every member that is a credential by its name."""
    if isinstance(tree, dict):
        yield from (str(value) for name, value in tree.items() if name in CREDENTIALS and value)
    for each in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(each, dict | list):
            yield from credentials_in(each)


def test_assumptions_of_the_code_have_subjects():
    assert sorted(subjects()) == sorted(text for text, _ in assumptions())


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_in_the_reference(name):
    assert f"| `MOCKAPI_{name.upper()}` |" in REFERENCE["settings"]


@pytest.mark.parametrize("path", SCENARIOS, ids=by_path)
def test_scenario_has_a_row_in_the_readme(path):
    assert f"\n| `{path.stem}` | " in README


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_in_the_reference(name):
    assert f"\n## `mockapi {name}`\n" in REFERENCE["commands"]


@pytest.mark.parametrize("name", [*presets(), *benchmarks()])
def test_meter_preset_and_benchmark_are_in_the_reference(name):
    assert f"`{name}`" in REFERENCE["scenarios"]


@pytest.mark.parametrize("name", sorted(DEFECT_KINDS | EVENT_KINDS))
def test_defect_and_event_have_a_heading_in_the_reference(name):
    assert f"\n### {name}\n" in REFERENCE["scenarios"]


@pytest.mark.parametrize("name", [*FAULTS, *fault_presets()])
def test_fault_kind_and_preset_are_documented(name):
    assert f"\n### `{name}`\n" in REFERENCE["faults"]
    assert f"`{name}`" in (ROOT / "docs" / "how-to" / "faults.md").read_text("utf-8")


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what):
    found = [
        f"{by_path(path)}: {match[0]}"
        for path in kept_files()
        for match in re.finditer(FOREIGN[what], path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("path", [*SCENARIOS, *FIXTURES], ids=by_path)
def test_credentials_are_visibly_fake(path):
    text = path.read_text("utf-8")
    tree = yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)
    assert [each for each in credentials_in(tree) if not each.startswith("mock")] == []


def test_control_api_calls_are_in_the_reference():
    document = (
        TestClient(create_app(Settings(scenario="empty"))).get("/openapi/control.json").json()
    )
    calls = {
        f"`{method.upper()} /__admin{path}`"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert calls == set(re.findall("`[A-Z]+ /__admin[^`]*`", REFERENCE["control-api"]))
