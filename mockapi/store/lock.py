"""Makes sure that one process at a time serves a world's file."""

from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without POSIX locks goes unguarded
    fcntl = None  # type: ignore[assignment]


class FileInUse(Exception):
    """Another process serves the file."""


def lock_of(path: Path) -> Path:
    """Return the path of the lock of the database at *path*, the same for every link to it."""
    path = path.resolve()
    return path.with_name(path.name + ".lock")


def hold(path: Path) -> IO[bytes]:
    """Return a handle that keeps *path* to this process until it is closed.

    The lock lies beside the database, never on it: closing any handle of a database's file
    would drop SQLite's own locks. Raises `FileInUse` when another process holds it.
    """
    handle = lock_of(path).open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.close()
            raise FileInUse(f"{path} is in use by another mockapi; stop that one first.") from error
    return handle
