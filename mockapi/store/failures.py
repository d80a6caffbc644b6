"""SQLite's failures that are not the request's fault: a full disk, a locked or a damaged file."""

import logging
import sqlite3
from pathlib import Path

from mockapi.domain.errors import StorageFailed, StorageFull, StorageUnavailable

_READ_ONLY = "Make the file and its folder writable."
_DAMAGED = "Stop the server and replace the file by a copy, or start with a new file."
_REMEDIES = {
    sqlite3.SQLITE_FULL: "Free space on its disk.",
    sqlite3.SQLITE_IOERR: "Check its disk, and the limits on files of this process.",
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "Check that the file and its folder still exist.",
    sqlite3.SQLITE_BUSY: "Close the other program that uses the file.",
    sqlite3.SQLITE_LOCKED: "Close the other program that uses the file.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_PRIMARY = 0xFF
"""The bits of an extended result code that hold the primary one."""


def storage_failure(error: BaseException, path: Path | None) -> StorageFailed | None:
    """Return what *error* of SQLite means for a request, and log it; None for other errors."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    remedy = _REMEDIES.get(code)
    if remedy is None:
        return None
    reason = f"{error}. {remedy}"
    logging.getLogger("mockapi").error("%s: %s", path or "world in memory", reason)
    return StorageFull(reason) if code == sqlite3.SQLITE_FULL else StorageUnavailable(reason)
