"""Return of freed memory to the system, with glibc; other C libraries are left as they are."""

import ctypes
from contextlib import suppress

_ARENA_MAX = -8
"""A parameter of `mallopt`."""
_ARENAS = 2


def limit_free_memory() -> None:
    """Limit the freed memory that the process keeps.

    By default each thread keeps its own, hundreds of megabytes after many long responses.
    """
    # No fixed threshold of mmap: readings would be computed a quarter slower.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def return_free_memory() -> None:
    """Return freed memory now, in about a millisecond. Worlds take up to tens of megabytes."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))
