"""The README tells of the journal what the code does."""

import re
from pathlib import Path

from mockapi.control import journal_report_routes, journal_routes
from mockapi.journal.entry import RECORDED_BYTES
from mockapi.journal.entry_builder import SUBJECTS
from mockapi.journal.lint.request_checks import CODES

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_every_call_is_in_the_readme():
    routes = [*journal_routes.router.routes, *journal_report_routes.router.routes]
    calls = {f"`{method} /__admin{each.path}`" for each in routes for method in each.methods}
    assert [call for call in sorted(calls) if call not in README] == []


def test_every_warning_is_in_the_readme_in_its_own_words():
    rows = [f"| `{code}` | {text} |" for code, text in CODES.items()]
    assert [row for row in rows if row not in README] == []


def test_assumptions_of_entries_are_in_the_readme():
    subjects = set(re.findall(r"^- \*\*(.*?):\*\*", README, re.MULTILINE))
    assert sorted(SUBJECTS - subjects) == []


def test_how_much_of_a_body_is_kept_is_in_the_readme():
    assert f"of each body the first {RECORDED_BYTES // 1024} KiB" in README
