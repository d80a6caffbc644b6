"""Says what is wrong with a scenario file, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    """A scenario cannot be read; holds every mistake found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)
