"""Tests of `clients/run.py` on a machine without Node.js and Java."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "clients" / "run.py"


def _run(*parts: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(RUN), *parts]
    return subprocess.run(
        command, env={"PATH": str(path)}, capture_output=True, text=True, check=False
    )


def test_parts_without_tools_are_skipped_with_one_line(tmp_path):
    done = _run("lint", "node", "java", "junit", path=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(", ")[0] for line in done.stdout.splitlines()] == [
        "lint: skipped",
        "node: skipped",
        "java: skipped",
        "junit: skipped",
    ]
