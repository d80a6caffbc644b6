"""Says which guesses an answer rests on, by their subjects in the README."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockapi.journal.entry import Entry

_OF_REFUSALS: Mapping[str, str] = {
    "TokenMissing": "401 and 403",
    "TokenUnknown": "401 and 403",
    "TokenExpired": "401 and 403",
    "TokenRevoked": "401 and 403",
    "TokenOfOtherProduct": "401 and 403",
    "InsufficientScope": "401 and 403",
    "BasePathUnknown": "Unknown base paths",
    "ScoringRequestConflict": "Repeated scoring requests",
    "access_denied": "Denied consent",
}
_OF_OPERATIONS: Mapping[str, str] = {
    "listMeters": "Scope of meters",
    "listProjects": "Projects",
    "createPerformanceScores": "Repeated scores",
    "createSiteAssociation": "Repeated registrations",
    "sandboxAuthorize": "`sandbox-authorize`",
    "revoke": "`revoke`",
}

SUBJECTS = frozenset({*_OF_REFUSALS.values(), *_OF_OPERATIONS.values(), "HEAD", "CORS"})


def inferred_in(entry: "Entry") -> Sequence[str]:
    """Return the subjects of the guesses that *entry*'s answer shows."""
    subjects = []
    shown = _OF_REFUSALS if entry.refusal is not None else _OF_OPERATIONS
    subject = shown.get(entry.refusal or entry.operation or "")
    if subject is not None:
        subjects.append(subject)
    if entry.method == "HEAD" and entry.product in ("partner", "user"):
        subjects.append("HEAD")
    if entry.header("origin") is not None and entry.product in ("partner", "user"):
        subjects.append("CORS")
    return tuple(subjects)
