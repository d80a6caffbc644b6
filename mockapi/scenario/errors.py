"""Says what is wrong with a scenario file, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

DEPTH = 40
"""How many lists and mappings may be nested; a scenario needs ten."""

KEYS = 1_000
"""How many keys one mapping may have; the largest part of a scenario has forty."""

MOST_MISTAKES = 100
"""How many mistakes of one scenario are reported; the rest is counted."""


@dataclass(frozen=True)
class Limits:
    """The largest scenario that one kind of source may give."""

    characters: int
    nodes: int
    """Lists, mappings, keys and values, those of an alias counted wherever it is used."""
    stated_sites: int
    sites: int
    """Those of portfolios included."""


OF_A_FILE = Limits(characters=64_000_000, nodes=5_000_000, stated_sites=100_000, sites=200_000)
"""For files on the machine of mockapi, which its user chose."""

OF_A_REQUEST = Limits(characters=2_000_000, nodes=100_000, stated_sites=1_000, sites=10_000)
"""For texts that come by the control API, whose other callers must not wait."""


KEY_TWICE = "key stated twice"
KEY_UNKNOWN = "unknown key"
KEY_REQUIRED = "this key is required"


@dataclass(frozen=True)
class Mistake:
    """One thing to say of a scenario file; line and column count from 1.

    Line 0 means the file as a whole: there is none, or nothing could be read of it.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return f"{place}{self.path}: {self.message}" if self.path else place + self.message


def of_the_file(file: str, message: str) -> Mistake:
    """Return what is to be said of *file* as a whole."""
    return Mistake(file, 0, 0, "", message)


class ScenarioError(Exception):
    """A scenario cannot be read; holds the mistakes found, in the order of the files."""

    def __init__(self, mistakes: Sequence[Mistake], more: int = 0) -> None:
        """*more* mistakes were found that are not among *mistakes*."""
        self.mistakes = listed(mistakes, more)
        super().__init__("\n".join(map(str, self.mistakes)))


def listed(mistakes: Sequence[Mistake], more: int = 0) -> tuple[Mistake, ...]:
    """Return *mistakes* in the order of the files, without those beyond the most reported."""
    ordered = sorted(mistakes, key=lambda each: (each.file, each.line, each.column))
    more += len(ordered) - len(ordered[:MOST_MISTAKES])
    if not more:
        return tuple(ordered)
    rest = of_the_file(ordered[0].file, f"and {more} more. Correct the ones above first.")
    return (*ordered[:MOST_MISTAKES], rest)
