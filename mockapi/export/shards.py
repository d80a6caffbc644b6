"""Division of an export among jobs of a batch engine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

Unit = TypeVar("Unit")


class InvalidShardError(ValueError):
    """A shard that is not I/N with I from 0 to N - 1."""


@dataclass(frozen=True)
class Shard:
    """One of *count* shards. The first has the *index* 0, as in Kubernetes."""

    index: int = 0
    count: int = 1

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the shard I/N. Raise `InvalidShardError` if *text* is not one."""
        found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text.strip(), re.ASCII)
        if found is None:
            raise InvalidShardError(f"{text!r} is not a shard. Use I/N, for example 0/8.")
        index, count = map(int, found.groups())
        if index >= count:
            last = f"0/{count} to {count - 1}/{count}" if count else "I/N, for example 0/8"
            raise InvalidShardError(f"{text!r} is not a shard. Use {last}.")
        return cls(index, count)

    def of_units(self, units: Sequence[Unit]) -> Sequence[Unit]:
        """Return the *units* of this shard. Those of all shards, in order, are all units."""
        first, end = (len(units) * each // self.count for each in (self.index, self.index + 1))
        return units[first:end]
