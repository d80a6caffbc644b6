"""Notes the arithmetic of a score step by step, for whoever asks how it came about."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """One line of arithmetic: what it is called, what it came to, and how."""

    name: str
    value: float
    unit: str
    formula: str


class Tell(Protocol):
    """Whatever listens to the steps."""

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        """Take one step."""
        ...


def nobody(name: str, value: float, unit: str, formula: str) -> None:
    """Listen to nothing."""


@dataclass
class Trace:
    """Listens to all steps and keeps them in order."""

    steps: list[Step] = field(default_factory=list)

    def __call__(self, name: str, value: float, unit: str, formula: str) -> None:
        self.steps.append(Step(name, value, unit, formula))
