"""Keeps the README complete, and every kept file free of what does not belong in it."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from documents.assumptions import assumptions_in
from mockapi import create_app
from mockapi.cli import COMMANDS
from mockapi.domain.catalog import presets
from mockapi.domain.factors import benchmarks
from mockapi.faults.kinds import KINDS as FAULTS
from mockapi.faults.parsing import fault_presets
from mockapi.scenario.defects import KINDS
from mockapi.scenario.timeline import EVENTS
from mockapi.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
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


def items_under(heading: str) -> list[str]:
    """Return a section's list items, each on one line and without a **subject:** before it."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert section, f"The README has no section {heading!r}."
    items = re.findall(r"^- (.*?)(?=^- |^\S|\n\n|\Z)", section[1], re.DOTALL | re.MULTILINE)
    return [" ".join(re.sub(r"^\*\*.*?\*\*", "", item).split()) for item in items]


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


def test_assumptions_in_the_code_are_in_the_readme():
    package = ROOT / "mockapi"
    paths = [*package.rglob("*.py"), *package.rglob("*.toml")]
    assumptions = [each for path in paths for each in assumptions_in(path)]
    assert sorted(items_under("Assumptions")) == sorted(assumptions)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_in_the_readme(name):
    assert f"`MOCKAPI_{name.upper()}`" in README


@pytest.mark.parametrize("path", SCENARIOS, ids=by_path)
def test_a_scenario_is_in_the_readme(path):
    assert f"`{path.stem}`" in README


@pytest.mark.parametrize("name", [*COMMANDS, *presets(), *sorted(KINDS | EVENTS), *benchmarks()])
def test_a_command_a_preset_a_kind_of_defect_and_a_benchmark_are_in_the_readme(name):
    assert f"`{name}`" in README or f"`mockapi {name}" in README


@pytest.mark.parametrize("name", [*FAULTS, *fault_presets()])
def test_a_kind_and_a_preset_of_faults_have_a_row_in_the_readme(name):
    assert f"\n| `{name}` | " in README


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


def test_every_call_of_the_control_api_has_a_row_in_the_readme():
    # Names in paths may differ, and rows may name several calls.
    listed = re.findall(r"^\| (`[A-Z]+ /__admin.*?) \|", README, re.MULTILINE)
    rows = re.sub("{[^}]*}", "{}", "\n".join(listed))
    rows = rows.replace(
        "`GET /__admin/worlds` (also `/{}`)", "`GET /__admin/worlds` `GET /__admin/worlds/{}`"
    )
    document = (
        TestClient(create_app(Settings(scenario="empty"))).get("/openapi/control.json").json()
    )
    calls = {
        f"`{method.upper()} /__admin{re.sub('{[^}]*}', '{}', path)}`"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert calls == set(re.findall("`[A-Z]+ /__admin[^`]*`", rows))
