"""Hypothesis profiles of all tests, and the summary of skipped tests.

`make test` draws the same examples in every run. `make fuzz` selects the profile `fuzz`, which
draws other examples each time.
"""

from collections import Counter

import freezegun
import pytest
from hypothesis import settings

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("test")

# freezegun reads every attribute of every module, and one of testcontainers connects to Docker.
freezegun.configure(extend_ignore_list=["testcontainers"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line per reason, however many tests were skipped for it."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} skipped: {reason}")
