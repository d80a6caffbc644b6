"""Caches of computed blocks: by number of blocks, by span, or by their size in memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from mockapi.timeseries.models.noise import Floats
from mockapi.timeseries.steps import LONG_BLOCK, SHORT_WINDOW, STEPS_PER_DAY

BLOCKS = 16
"""Blocks of one kind that are cached: a year of one site and its neighbours has 8 to 16."""

_DAYS = 512
"""Days per block of what changes daily."""

_SHORT_DAYS = 60
"""Days up to which a window of that is short: fewer than a block of steps has."""

_MARGIN_DAYS = 8
"""Days on either side that are computed with a short window of that."""

_WEEK = 7 * STEPS_PER_DAY
"""Steps by which some models look further back than the window that they compute."""

Params = ParamSpec("Params")
Block = TypeVar("Block", bound=NDArray[Any] | tuple[NDArray[Any], ...])


def cached_blocks(limit: int) -> Callable[[Callable[Params, Block]], Callable[Params, Block]]:
    """Return a decorator that caches the *limit* blocks used last, as read-only arrays."""

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
"""Returns an array of *count* steps of a subject from a first one on, in the last dimension.

The values of a step must be the same to the bit for any span that contains it.
"""


class BlockCache(Generic[Key]):
    """Arrays over steps, or days, computed for whole spans.

    A long window is cut out of blocks of *size* steps. One of up to *short* steps is computed
    with a *margin* before and after it, which the next windows are likely to need. The cache holds
    the last such span of as many *keys*, and *blocks* blocks of any.
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
            # The subject computed last goes to the end, and the first one is dropped.
            self._spans.pop(key, None)
            self._spans[key] = first, span
            if len(self._spans) > self._keys:
                del self._spans[next(iter(self._spans))]
        return span


def cached_steps(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for models that read exactly the window that they compute."""
    return BlockCache(compute)


def cached_with_margin(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for what many models read, some of them for days before their window."""
    return BlockCache(compute, margin=(2 * STEPS_PER_DAY, STEPS_PER_DAY))


def cached_by_place(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for what all sites of a place read, with many places."""
    return BlockCache(compute, margin=(_WEEK, STEPS_PER_DAY), blocks=2 * BLOCKS, keys=4 * BLOCKS)


def cached_days(compute: Compute[Key]) -> BlockCache[Key]:
    """Return a cache for what changes daily."""
    return BlockCache(compute, size=_DAYS, short=_SHORT_DAYS, margin=(_MARGIN_DAYS, _MARGIN_DAYS))


class HasSize(Protocol):
    """A value that knows its size in bytes."""

    @property
    def nbytes(self) -> int: ...


Cached = TypeVar("Cached", bound=HasSize)


class SizedCache(Generic[Cached]):
    """The values used last, up to *limit* bytes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[Hashable, Cached] = OrderedDict()
        # Long answers are made in threads, several at a time.
        self._lock = Lock()

    def get_or_compute(self, key: Hashable, make: Callable[[], Cached]) -> Cached:
        """Return what *make* returned for *key*; call it again if that is no longer cached."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        # Outside the lock: two threads may make the same, which is better than waiting.
        made = make()
        with self._lock:
            if key not in self._entries:
                self._entries[key] = made
                self._size += made.nbytes
            while self._size > self._limit:
                _, forgotten = self._entries.popitem(last=False)
                self._size -= forgotten.nbytes
        return made
