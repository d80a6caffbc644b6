"""Cuts a window out of what is computed, and remembered, by whole blocks of steps."""

from collections.abc import Callable

import numpy as np

from mockapi.series.noise import Floats
from mockapi.series.steps import BLOCK

KEPT = 16
"""Blocks of one kind that are remembered: a year of one site and its neighbours is 8 to 16."""


DAYS = 512
"""Days that are computed at once of what changes by the day."""


def windowed(block: Callable[[int], Floats], first: int, count: int, size: int = BLOCK) -> Floats:
    """Return steps *first* to *first* + *count* of what *block* tells of the block of a number.

    The last dimension of a block is its *size* steps, or days.
    """
    begin, end = first // size, (first + count - 1) // size
    parts = [block(number) for number in range(begin, end + 1)]
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
    return whole[..., first - begin * size :][..., :count]
