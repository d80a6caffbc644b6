"""The report of `make bench-peers` in bench/, which is not in a source distribution."""

import importlib
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
PAGE = ROOT / "docs" / "explanation" / "speed.md"

pytestmark = pytest.mark.skipif(
    not BENCH.is_dir(), reason="bench/ is not part of a source distribution"
)


@pytest.fixture(scope="module")
def peers():
    before = set(sys.modules)
    sys.path.insert(0, str(BENCH))
    try:
        yield importlib.import_module("peers")
    finally:
        sys.path.remove(str(BENCH))
        for name in {"bench", "load", "peers", "peer_servers"} - before:
            sys.modules.pop(name, None)


def rows_of(table: str) -> list[list[str]]:
    """Return the cells of the rows below the head of a Markdown table."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_stat_of_a_process_with_parentheses_is_parsed(peers):
    times = "150 25 3 2"
    stat = f"7 (node (a) b) S 4 7 7 0 -1 4194560 100 200 0 0 {times} 20 0 11 0 900\n"
    assert peers.parse_stat(stat) == (4, 180)


def test_ticks_of_a_tree_include_grandchildren_only_of_it(peers):
    stats = {1: (0, 1000), 5: (1, 10), 6: (5, 20), 7: (6, 40), 8: (1, 500)}
    assert peers.tree_ticks(5, stats) == 70
    assert peers.tree_ticks(9, stats) == 0


def test_table_has_the_medians_of_the_rounds(peers):
    measured = {
        "mockapi": peers.Measurements([1500.0, 900.0, 1234.4], [300.4, 310, 290], [1.5, 0.504, 9]),
        "other": peers.Measurements([10.0], [2500.0], [3.0]),
    }
    table = peers.table(measured)
    assert table.startswith(peers.HEADER)
    assert rows_of(table) == [
        ["mockapi", "1,234", "300", "1.50"],
        ["other", "10", "2,500", "3.00"],
    ]


def test_server_that_ends_is_left_out_with_its_error(peers, tmp_path, capsys):
    program = "import sys; sys.exit('no such option')"
    request = peers.LoadRequest("/")
    ended = peers.Server("ended", (), lambda *_: [sys.executable, "-c", program], request, request)
    comparison = peers.Comparison([ended], tmp_path)
    comparison.start_in_turn()
    assert comparison.measured == {}
    assert capsys.readouterr().err == "Left out ended: It does not start. no such option\n"


def test_server_whose_program_is_missing_is_named(peers):
    request = peers.LoadRequest("/")
    server = peers.Server("x", [sys.executable, "no/such.jar"], lambda *_: [], request, request)
    assert server.missing() == "such.jar"


def test_page_has_a_row_for_each_server_of_the_script(peers):
    def without_version(name: str) -> str:
        return " ".join(re.sub(r"\b\d+(\.\d+)+", "", name).split())

    page = PAGE.read_text("utf-8")
    assert peers.HEADER in page
    rows = [without_version(row[0]) for row in rows_of(page)]
    assert rows == [without_version(server.name) for server in peers.servers()]


def test_page_names_the_installed_versions():
    pinned = json.loads((BENCH / "package.json").read_text("utf-8"))["dependencies"]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    moto = next(each for each in groups["peers"] if each.startswith("moto"))
    expected = {
        f"WireMock {pinned['wiremock']}",
        f"WireMock {pinned['wiremock']} without journal",
        f"Prism {pinned['@stoplight/prism-cli']}",
        f"Mockoon {pinned['@mockoon/cli']}",
        f"moto {moto.partition('==')[2]} (DynamoDB Scan)",
    }
    assert expected <= {row[0] for row in rows_of(PAGE.read_text("utf-8"))}
