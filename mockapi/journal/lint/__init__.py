"""Finds what the real APIs would refuse or ignore, though mockapi let it pass."""

from collections.abc import Sequence

from mockapi.journal.entry import Entry
from mockapi.journal.lint.credentials import dead_tokens, missing_scopes, tokens_per_request
from mockapi.journal.lint.manners import content_types, older_paths, unbacked, unknown_names
from mockapi.journal.lint.polling import windows
from mockapi.journal.lint.warning import LintWarning

__all__ = ["CHECKS", "LintWarning", "lint"]

CHECKS = (
    unknown_names,
    missing_scopes,
    older_paths,
    windows,
    tokens_per_request,
    unbacked,
    dead_tokens,
    content_types,
)


def lint(entries: Sequence[Entry]) -> Sequence[LintWarning]:
    """Return what *entries*, the oldest first, give reason to warn of."""
    return [warning for check in CHECKS for warning in check(entries)]
