"""Documentation of the journal."""

from pathlib import Path

from documents.assumptions import subjects
from mockapi.journal.entry import RECORDED_BYTES
from mockapi.journal.entry_builder import SUBJECTS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "verify-requests.md"


def test_assumptions_of_entries_have_subjects():
    assert SUBJECTS - set(subjects().values()) == set()


def test_recorded_size_of_a_body_is_documented():
    assert f"of each body the first {RECORDED_BYTES // 1024} KiB" in PAGE.read_text("utf-8")
