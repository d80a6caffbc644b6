"""First requests of a new process, with bytecode from an earlier start.

In a new process, because state that one test initialises remains for the next test. Only for the
demo, each endpoint has a process of its own. For other scenarios, `release/check.py` does that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from mockapi.api.products import PRODUCTS
from mockapi.scenario.discovery import available_scenarios

PROGRAM = Path(__file__).parents[2] / "release" / "first_requests.py"
GETS_OF_THE_APIS = sum(
    operation.method == "GET" for product in PRODUCTS for operation in product.operations
)
COLD = ("demo", "portfolio")
"""Scenarios with tests of their own."""
SITES = "/ecostruxure/scoring/v1/sites"


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory) -> Path:
    """A folder for bytecode."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def environment(bytecode) -> dict[str, str]:
    """Environment in which Python writes bytecode."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


def run(bytecode, *arguments: str) -> str:
    """Return the report of the program. Fail if it found a mistake."""
    done = subprocess.run(
        [sys.executable, PROGRAM, *arguments, "--bytecode", bytecode],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


def test_first_request_to_every_endpoint_of_the_demo(bytecode):
    assert run(bytecode, "demo", "--every").endswith(" first requests, 0 mistakes\n")


def test_first_request_to_every_fourth_endpoint_of_portfolio(bytecode):
    report = f"portfolio: {GETS_OF_THE_APIS} first requests, 0 mistakes\n"
    assert run(bytecode, "portfolio", "--one-in", "4") == report


def test_api_requests_in_turn_to_a_new_process_per_scenario(bytecode):
    scenarios = [each for each in sorted(available_scenarios()) if each not in COLD]
    counts = {each: 0 if each == "empty" else GETS_OF_THE_APIS for each in scenarios}
    report = "".join(f"{each}: {n} first requests, 0 mistakes\n" for each, n in counts.items())
    assert run(bytecode, *scenarios, "--one-in", "0") == report


def test_first_timeseries_request_to_a_second_server(environment):
    command = [sys.executable, "-m", "mockapi", "serve", "--scenario", "portfolio", "--port", "0"]
    for _ in range(2):
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                address = next(
                    line.split()[1] for line in server.stdout if line.split()[:1] == ["address"]
                )
                (first, *_) = json.loads(get(address + SITES))
                window = "updatedAt[gte]=2026-05-31T00:00:00Z"
                series = json.loads(get(f"{address}{SITES}/{first['id']}/timeseries?{window}"))
            finally:
                server.terminate()
        assert server.returncode == 0
        assert len(series[0]["values"]) == 96


def get(url: str) -> bytes:
    token = "mockAccessToken00000000Hedy1"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})) as answer:
        return answer.read()
