"""Benchmark of the fixture `mockapi`: time per test, and time to the first response."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

TESTS = 200
ROUNDS = 5
HEAD = "import pytest\n\n@pytest.mark.parametrize('number', range({tests}))\n"
EMPTY = HEAD + "def test_nothing(number):\n    pass\n"
USING = HEAD + "def test_world(number, mockapi):\n    pass\n"
REQUESTING = "def test_first_response(mockapi):\n    assert mockapi.world()\n"
# Other plugins of the environment would add to the times.
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist")
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("MOCKAPI_")
}


def main() -> None:
    print(
        f"{TESTS} tests, {ROUNDS} rounds; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n"
    )
    print(f"{'':32}{'fixture':>10}{'empty':>10}{'difference':>8}   target")
    with TemporaryDirectory() as folder:
        empty = suite(folder, "empty", EMPTY.format(tests=TESTS))
        using = suite(folder, "using", USING.format(tests=TESTS))
        # The first test of a session starts the server; its time is subtracted.
        single = suite(folder, "single", USING.format(tests=1))
        none = suite(folder, "none", EMPTY.format(tests=1))
        requesting = suite(folder, "requesting", REQUESTING)
        rounds = [[seconds(each) for each in (empty, using, single, none)] for _ in range(ROUNDS)]
        first_responses = [seconds_to_first_response(requesting) for _ in range(ROUNDS)]
    for name, pick in (("median", median), ("best", min)):
        for what, index in (("ms", 0), ("CPU ms", 1)):
            bare, used, first, nothing = (
                pick(each[kind][index] for each in rounds) * 1e3 for kind in range(4)
            )
            with_it = (used - first) / (TESTS - 1)
            without = (bare - nothing) / (TESTS - 1)
            row(f"a test, {what} ({name})", with_it, without, "<= 5 ms more")
        row(f"first response, ms ({name})", pick(first_responses) * 1e3, 0, "<= 1000 ms")


def suite(folder: str, name: str, text: str) -> Path:
    path = Path(folder, f"test_{name}.py")
    path.write_text(text, "utf-8")
    return path


def seconds_to_first_response(path: Path) -> float:
    """Return the seconds until the server of the session responds.

    This is the time of the test's setup and call that pytest reports, without pytest's start.
    """
    output = run_suite(path, "-vv", "--durations=0")
    taken = re.findall(r"^([\d.]+)s (?:setup|call) ", output, re.MULTILINE)
    return sum(map(float, taken))


def seconds(path: Path) -> tuple[float, float]:
    """Return the wall-clock and CPU seconds of pytest for the suite at *path*."""
    before = os.times()
    began = time.perf_counter()
    run_suite(path)
    took = time.perf_counter() - began
    after = os.times()
    used = after.children_user + after.children_system
    return took, used - before.children_user - before.children_system


def run_suite(path: Path, *options: str) -> str:
    """Return the output of pytest for the suite at *path*, which must pass."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *options, path.name],
        cwd=path.parent,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    if not re.search(r"\b[1-9]\d* passed", run.stdout):
        raise SystemExit(run.stdout)
    return run.stdout


def row(name: str, with_it: float, without: float, target: str) -> None:
    print(f"{name:32}{with_it:>10.2f}{without:>10.2f}{with_it - without:>8.2f}   {target}")


if __name__ == "__main__":
    main()
