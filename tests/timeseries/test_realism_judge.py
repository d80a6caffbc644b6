"""The realism benchmark in bench/, which is not in a source distribution."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "bench" / "realism"


@pytest.mark.skipif(not PROGRAM.is_dir(), reason="bench/ is not part of a source distribution")
def test_simple_noise_does_not_pass():
    done = subprocess.run(
        [sys.executable, PROGRAM, "--selftest"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "No simple noise passes.\n"), done.stderr
