"""Hypothesis profiles of all tests, and the summary of skipped tests.

`make test` draws the same examples in every run. `make fuzz` selects the profile `fuzz`, which
draws other examples each time.
"""

import gc
import warnings
from collections import Counter

import pytest
from hypothesis import settings

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("test")


def pytest_collection_finish() -> None:
    """Collect the garbage that importing all test modules left, before the first test.

    The event loops in it are not closed, and the warning about that would fail whichever test
    runs when it is collected.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line per reason, however many tests were skipped for it."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} skipped: {reason}")
