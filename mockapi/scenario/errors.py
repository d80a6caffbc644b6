"""Issues of scenario files, with their places, and the limits of scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass

NodePath = tuple[int | str, ...]
"""Keys and indexes that lead from the root of a scenario to a value."""

DEPTH = 40
"""Maximum nesting of lists and mappings; a scenario needs ten."""

KEYS = 1_000
"""Maximum number of keys of one mapping; the largest part of a scenario has forty."""

MAX_ISSUES = 100
"""Maximum number of issues reported for one scenario; the others are counted."""


@dataclass(frozen=True)
class Limits:
    """Maximum size of a scenario from one kind of source."""

    characters: int
    nodes: int
    """Lists, mappings, keys and values; those of an alias count at each use."""
    listed_sites: int
    """Sites listed one by one."""
    sites: int
    """All sites, including those of portfolios."""


FILE_LIMITS = Limits(characters=64_000_000, nodes=5_000_000, listed_sites=100_000, sites=200_000)
"""For files on the machine of mockapi, which its user selects."""

REQUEST_LIMITS = Limits(characters=2_000_000, nodes=100_000, listed_sites=1_000, sites=10_000)
"""For texts sent to the control API, where a large one would delay other clients."""


KEY_TWICE = "duplicate key"
KEY_UNKNOWN = "unknown key"
KEY_REQUIRED = "this key is required"


@dataclass(frozen=True)
class ScenarioIssue:
    """An error or a warning about a scenario file; line and column count from 1.

    Line 0 means the whole file, which is missing or unreadable.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    subject: str = ""
    """The client, customer or site that *path* leads through, such as `site 'HQ'`."""
    remedy: str | None = None
    """What to do; None if the message says it."""
    code: str = "scenario"
    """pydantic's type of the error, or `scenario` for other checks."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.without_place()}"

    @property
    def advice(self) -> str:
        """The message and the remedy."""
        return f"{self.message}. {self.remedy}" if self.remedy else self.message

    def without_place(self) -> str:
        """Return the path, the message and the remedy, for a scenario that is not a text."""
        if not self.path:
            return self.advice
        subject = f" ({self.subject})" if self.subject else ""
        return f"{self.path}{subject}: {self.advice}"


def file_issue(file: str, message: str) -> ScenarioIssue:
    """Return an issue of *file* as a whole."""
    return ScenarioIssue(file, 0, 0, "", message)


class ScenarioError(Exception):
    """A scenario that cannot be used, with its issues in the order of the files."""

    def __init__(self, issues: Sequence[ScenarioIssue], more: int = 0) -> None:
        """*more* is the number of issues that are not in *issues*."""
        self.issues = limit_issues(issues, more)
        super().__init__("\n".join(map(str, self.issues)))

    def without_lines_of(self, file: str) -> str:
        """Return the message without lines of *file*, the name of a scenario given as an object."""
        return "\n".join(
            each.without_place() if each.file == file else str(each) for each in self.issues
        )


def limit_issues(issues: Sequence[ScenarioIssue], more: int = 0) -> tuple[ScenarioIssue, ...]:
    """Return the first *issues* in the order of the files, and the number of the others."""
    ordered = sorted(issues, key=lambda each: (each.file, each.line, each.column))
    more += len(ordered) - len(ordered[:MAX_ISSUES])
    if not more:
        return tuple(ordered)
    rest = file_issue(ordered[0].file, f"and {more} more. Correct the ones above first.")
    return (*ordered[:MAX_ISSUES], rest)
