"""Lint of recorded requests: usage that mockapi accepts and the real APIs may not."""

from collections.abc import Sequence

from mockapi.journal.entry import Entry
from mockapi.journal.lint.polling import windows
from mockapi.journal.lint.request_checks import (
    LintWarning,
    content_types,
    dead_tokens,
    missing_back_offs,
    missing_scopes,
    older_paths,
    tokens_per_request,
    unknown_names,
)

__all__ = ["CHECKS", "LintWarning", "lint"]

CHECKS = (
    unknown_names,
    missing_scopes,
    older_paths,
    windows,
    tokens_per_request,
    missing_back_offs,
    dead_tokens,
    content_types,
)


def lint(entries: Sequence[Entry]) -> Sequence[LintWarning]:
    """Return the warnings for *entries*, which are sorted from the oldest."""
    return [warning for check in CHECKS for warning in check(entries)]
