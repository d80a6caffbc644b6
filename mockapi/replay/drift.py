"""Drift: differences of a server from a recording, and rules that ignore some of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.domain.text_matching import matches, printable

DriftKind = Literal["status", "header", "body", "member", "type", "format", "value"]

_ANY = "*"
_MOST_SHOWN = 5
_LARGEST_RULES = 1024 * 1024
_PARTS = 3


@dataclass(frozen=True)
class Drift:
    """One difference of an operation; *place* is a header or a place in the body.

    *requests* are the numbers in the recording of requests that show it.
    """

    operation: str
    kind: DriftKind
    place: str
    text: str
    requests: Sequence[int]

    def __str__(self) -> str:
        noun = "request" if len(self.requests) == 1 else "requests"
        return printable(f"{self.kind} {self.place}: {self.text} ({noun} {self.request_numbers})")

    @property
    def request_numbers(self) -> str:
        """The first numbers of the requests, as text."""
        more = len(self.requests) - _MOST_SHOWN
        shown = ", ".join(map(str, self.requests[:_MOST_SHOWN]))
        return f"{shown} and {more} more" if more > 0 else shown


@dataclass(frozen=True)
class OperationDrift:
    """The drift of one operation, without ignored differences; *ignored* is their number."""

    operation: str
    requests: int
    drifts: Sequence[Drift]
    ignored: int = 0


@dataclass(frozen=True)
class DriftReport:
    """The drift of a session by operation, and the requests without a comparison, with reasons."""

    recording: str
    server: str
    operations: Sequence[OperationDrift]
    not_compared: Sequence[tuple[str, str]] = ()

    @property
    def count(self) -> int:
        """The number of differences that are not ignored."""
        return sum(len(each.drifts) for each in self.operations)

    def to_dict(self) -> dict[str, Any]:
        """Return the members of the JSON output."""
        return asdict(self)


class InvalidRulesError(Exception):
    """A file of rules that cannot be used; the message has the line."""


@dataclass
class IgnoreRule:
    """A line of a file of ignored differences; `*` is any text in each of its parts."""

    line: int
    operation: str
    kind: str
    place: str
    uses: int = 0

    def covers(self, drift: Drift) -> bool:
        """Return True if the rule ignores *drift*."""
        return (
            matches(self.operation, drift.operation)
            and matches(self.kind, drift.kind)
            and matches(self.place, drift.place)
        )


def read_rules(path: Path) -> Sequence[IgnoreRule]:
    """Return the rules in the file *path*: lines of operation, kind and place.

    Empty lines and lines that begin with `#` have no rule. Raise `InvalidRulesError` if a line is
    wrong.
    """
    try:
        lines = read_utf8(path, _LARGEST_RULES).splitlines()
    except UnreadableFileError as error:
        raise InvalidRulesError(f"{path}: {error}") from error
    return [
        _rule(f"{path}:{number}", number, line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _rule(file: str, number: int, line: str) -> IgnoreRule:
    parts = line.split(None, _PARTS - 1)
    if len(parts) < _PARTS:
        raise InvalidRulesError(
            f"{file}: {line.strip()!r} is not a rule. Use OPERATION KIND PLACE, such as "
            "`partner.listSites member $[].newMember`."
        )
    operation, kind, place = parts
    if kind != _ANY and kind not in get_args(DriftKind):
        kinds = ", ".join(get_args(DriftKind))
        raise InvalidRulesError(f"{file}: {kind!r} is not a kind of difference. Use {kinds} or *.")
    return IgnoreRule(number, operation, kind, place.strip())
