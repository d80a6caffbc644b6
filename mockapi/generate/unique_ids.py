"""Ids that are short enough to collide, drawn so that no two of one world are alike."""

from collections.abc import Iterable, Iterator
from itertools import count

from mockapi.domain import ids

SOURCE_SYSTEMS = 99_999
"""How many source system ids there are to draw from; more sites than these get longer ones."""

_FIRST_SOURCE_SYSTEM = 800_000
_FIRST_LEED_ID = 8_100_000_000
_FIRST_MEASUREMENT = 10_000_000
_MEASUREMENTS = 89_999_999
_MOST_SITES = 1_000_000


class UniqueIds:
    """The ids of one kind in a world: those that its scenario gives, and those taken so far."""

    def __init__(self, given: Iterable[int | str | None]) -> None:
        self._taken = {str(each) for each in given}

    def take(self, candidates: Iterable[int]) -> int:
        """Return the first of *candidates* that nothing else has."""
        chosen = next(each for each in candidates if str(each) not in self._taken)
        self._taken.add(str(chosen))
        return chosen


def measurement_ids(seed: int, meter_id: str, index: int) -> Iterator[int]:
    """Yield candidates for the measurement at *index* of a meter."""
    for attempt in count():
        path = (meter_id, index, attempt) if attempt else (meter_id, index)
        yield _FIRST_MEASUREMENT + ids.number(seed, "measurement", *path, below=_MEASUREMENTS)


def source_system_ids(draw: int, position: int) -> Iterator[int]:
    """Yield candidates for the site at *position*; *draw*, below `SOURCE_SYSTEMS`, is the first."""
    yield _FIRST_SOURCE_SYSTEM + draw
    yield from count(_FIRST_SOURCE_SYSTEM + SOURCE_SYSTEMS + 1 + position, _MOST_SITES)


def leed_ids(position: int) -> Iterator[int]:
    """Yield candidates for the project of the site at *position*."""
    return count(_FIRST_LEED_ID + position, _MOST_SITES)
