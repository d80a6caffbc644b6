"""Caches of computed blocks: by number of blocks, by span, or by their size in memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from mockapi.timeseries.intervals import LONG_BLOCK, SHORT_WINDOW, STEPS_PER_DAY
from mockapi.timeseries.models.noise import Floats

BLOCKS = 16
"""Cached blocks of one kind. A year of one site needs 8 to 16."""

_DAYS = 512
"""Days per block of daily values."""

_SHORT_DAYS = 60
"""Longest short window of daily values, in days."""

_MARGIN_DAYS = 8
"""Days on either side that are computed with a short window of daily values."""

_WEEK = 7 * STEPS_PER_DAY
"""Steps by which some models look back further than the computed window."""

Params = ParamSpec("Params")
Block = TypeVar("Block", bound=NDArray[Any] | tuple[NDArray[Any], ...])


def cached_blocks(limit: int) -> Callable[[Callable[Params, Block]], Callable[Params, Block]]:
    """Return a decorator that caches the *limit* most recently used blocks as read-only arrays."""

    def decorate(compute: Callable[Params, Block]) -> Callable[Params, Block]:
        @wraps(compute)
        def compute_block(*args: Params.args, **kwargs: Params.kwargs) -> Block:
            block = compute(*args, **kwargs)
            for array in block if isinstance(block, tuple) else (block,):
                array.flags.writeable = False
            return block

        return cast("Callable[Params, Block]", lru_cache(limit)(compute_block))

    return decorate


Key = TypeVar("Key", bound=Hashable)
Compute = Callable[[Key, int, int], Floats]
"""Returns an array of *count* steps from *first* on, in the last dimension.

The values of a step must be the same to the bit for any span that contains it.
"""


class BlockCache(Generic[Key]):
    """Cache of arrays over steps or days, which are computed for whole spans.

    A long window is cut out of blocks of *size* steps. A window of up to *short* steps is computed
    with a *margin* on either side, which the next windows probably need. The cache has the last
    such span of up to *keys* keys, and *blocks* blocks in total.
    """

    def __init__(
        self,
        compute: Compute[Key],
        *,
        size: int = LONG_BLOCK,
        short: int = SHORT_WINDOW + _WEEK,
        margin: tuple[int, int] = (0, 0),
        blocks: int = BLOCKS,
        keys: int = BLOCKS,
    ) -> None:
        self._compute = compute
        self._size, self._short, self._margin, self._keys = size, short, margin, keys
        self._block = cached_blocks(blocks)(self._whole)
        self._spans: dict[Key, tuple[int, Floats]] = {}
        self._lock = Lock()

    def __call__(self, key: Key, first: int, count: int) -> Floats:
        """Return the array of *count* steps from *first* on."""
        if count > self._short:
            return self._cut(key, first, count)
        begin, span = self._spans.get(key, (first, None))
        if span is None or first < begin or first + count > begin + span.shape[-1]:
            begin = first - self._margin[0]
            span = self._span(key, begin, count + sum(self._margin))
        return span[..., first - begin : first - begin + count]

    def _cut(self, key: Key, first: int, count: int) -> Floats:
        size, end = self._size, first + count
        parts = [
            self._block(key, number)[..., max(0, first - number * size) : end - number * size]
            for number in range(first // size, (end - 1) // size + 1)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    def _whole(self, key: Key, number: int) -> Floats:
        return self._compute(key, number * self._size, self._size)

    def _span(self, key: Key, first: int, count: int) -> Floats:
        span = self._compute(key, first, count)
        span.flags.writeable = False
        with self._lock:
            # The most recent key moves to the end; the first one is removed.
            self._spans.pop(key, None)
            self._spans[key] = first, span
            if len(self._spans) > self._keys:
                del self._spans[next(iter(self._spans))]
        return span


def cached_steps(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for models that read only the window that they compute."""
    return BlockCache(compute)


def cached_with_margin(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for values that many models read, some for days before their window."""
    return BlockCache(compute, margin=(2 * STEPS_PER_DAY, STEPS_PER_DAY))


def cached_by_place(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for values that all sites of a place read, for many places."""
    return BlockCache(compute, margin=(_WEEK, STEPS_PER_DAY), blocks=2 * BLOCKS, keys=4 * BLOCKS)


def cached_days(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for daily values."""
    return BlockCache(compute, size=_DAYS, short=_SHORT_DAYS, margin=(_MARGIN_DAYS, _MARGIN_DAYS))


class HasSize(Protocol):
    """A value with a size in bytes."""

    @property
    def nbytes(self) -> int: ...


Cached = TypeVar("Cached", bound=HasSize)


class SizedCache(Generic[Cached]):
    """Cache of the most recently used values, up to *limit* bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[Hashable, Cached] = OrderedDict()
        # Long responses are created in several threads at once.
        self._lock = Lock()

    def get_or_compute(self, key: Hashable, make: Callable[[], Cached]) -> Cached:
        """Return the cached result of *make* for *key*; call *make* if there is none."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        # Outside the lock: two threads may compute the same value, which is better than waiting.
        made = make()
        with self._lock:
            if key not in self._entries:
                self._entries[key] = made
                self._size += made.nbytes
            while self._size > self._limit:
                _, forgotten = self._entries.popitem(last=False)
                self._size -= forgotten.nbytes
        return made
