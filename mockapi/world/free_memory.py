"""Return of freed memory to the system, with glibc; other C libraries are left as they are."""

import ctypes
from contextlib import suppress

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""Parameters of `mallopt`."""
_ARENAS = 2
_MMAPPED_BYTES = 256 * 1024


def limit_free_memory() -> None:
    """Limit the freed memory that the process keeps.

    By default each thread keeps its own, hundreds of megabytes after many long responses.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, _ARENAS)
        mallopt(_MMAP_THRESHOLD, _MMAPPED_BYTES)


def return_free_memory() -> None:
    """Return freed memory now, in about a millisecond. Worlds take up to tens of megabytes."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))
