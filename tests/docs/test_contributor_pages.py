"""Pages for contributors: their layers, paths, tests and commands exist."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    name: (ROOT / name).read_text("utf-8") for name in ("docs/architecture.md", "CONTRIBUTING.md")
}
ARCHITECTURE = PAGES["docs/architecture.md"]

# Names of files that a reader creates, or that only a build makes.
INVENTED = {"mockapi/faults/kinds/my_kind.py"}


def quoted(pattern: str) -> set[str]:
    """Return the code spans of all pages that match *pattern* as a whole."""
    spans = {span for text in PAGES.values() for span in re.findall(r"`([^`\n]+)`", text)}
    return {span for span in spans if re.fullmatch(pattern, span)}


def test_layers_of_the_page_are_those_of_the_import_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = ARCHITECTURE.partition("## Layers\n")[2].partition("```text\n")[2].partition("```")[0]
    assert listed.splitlines() == [layer.replace("mockapi.", "") for layer in layers]


def test_layer_table_describes_every_package():
    table = ARCHITECTURE.partition("## Layers\n")[2].partition("## ")[0]
    described = set(re.findall(r"`([\w.]+)`", re.sub(r"(?m)^\| ([^|]*) \|.*", r"\1", table)))
    packages = {path.parent.name for path in (ROOT / "mockapi").glob("*/__init__.py")}
    assert packages - described == set()


@pytest.mark.parametrize(
    "path",
    sorted(quoted(r"(?:bench|docs|documents|fixtures|mockapi|tests|release|scenarios)/[\w./-]*")),
)
def test_path_on_the_page_exists(path):
    assert (ROOT / path).exists() or path in INVENTED


@pytest.mark.parametrize("pattern", sorted(quoted(r"test_[\w*]+\.py")))
def test_test_module_on_the_page_exists(pattern):
    assert list((ROOT / "tests").rglob(pattern))


@pytest.mark.parametrize("command", sorted(quoted(r"make [a-z -]+")))
def test_make_target_on_the_page_exists(command):
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
    assert set(command.split()[1:]) - targets == set()
