"""Clock and snapshots of a world."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from mockapi.client.transport import (
    Call,
    ControlApiTransport,
    hide_client_frames,
    with_query,
)
from mockapi.domain.json_values import iso_8601, rfc_3339

__tracebackhide__ = hide_client_frames


class ClockClient:
    """Clock of a world. It moves forward only; each method that moves it returns the new time.

    The methods raise `MockApiError` for a time in the past and for an invalid value, and
    `TypeError` for an instant or a duration of another type.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def __repr__(self) -> str:
        return f"<clock at {self.now().isoformat()}>"

    def now(self) -> datetime:
        """Return the current time of the world, aware and in UTC."""
        return _time(self._call("GET", "clock"))

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Freeze the clock *at* an aware datetime or RFC 3339 text. Default: now."""
        return self.run(0) if at is None else self._move("freeze", rfc_3339(at, "at"))

    def advance(self, by: timedelta | str) -> datetime:
        """Advance the clock *by* a duration: a `timedelta` or ISO 8601 text such as `P1DT2H`."""
        return self._move("advance", iso_8601(by, "by"))

    def run(self, rate: float) -> datetime:
        """Run the clock at *rate* world seconds per real second, for example 1, 60 or 86400."""
        return self._move("rate", rate)

    def follow_system(self) -> datetime:
        """Follow the system clock of the server."""
        return self._move("follow", "system")

    def changes(self, since: datetime | str, until: datetime | str | None = None) -> dict[str, Any]:
        """Return what changed from *since* (inclusive) to *until* (exclusive). Default: until now.

        The result counts readings that arrived, tokens that expired and scoring requests that
        were configured or rejected, and lists the timeline's events.
        """
        end = None if until is None else rfc_3339(until, "until")
        query = {"since": rfc_3339(since, "since"), "until": end}
        found: dict[str, Any] = self._call("GET", with_query("changes", query))
        return found

    def _move(self, mode: str, value: object) -> datetime:
        return _time(self._call("PUT", "clock", {mode: value}))


def _time(view: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(view["now"])


_SQLITE = "application/vnd.sqlite3"


class SnapshotsMixin(ControlApiTransport):
    """Methods for snapshots."""

    def snapshot(self, name: str) -> None:
        """Save the current state as the snapshot *name*. Replace a snapshot of that name.

        Raise `MockApiError` if there are too many snapshots.
        """
        self._call("POST", "snapshots", {"name": name})

    def restore(self, name: str) -> None:
        """Restore a snapshot, including the clock. Raise `MockApiError` if it is unknown."""
        self._call("POST", f"{_path(name)}/restore")

    def snapshots(self) -> list[dict[str, Any]]:
        """Return the snapshots, oldest first, each with its `name`, `at` and `size`."""
        found: list[dict[str, Any]] = self._call("GET", "snapshots")
        return found

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot. Raise `MockApiError` if it is unknown."""
        self._call("DELETE", _path(name))

    def snapshot_file(self, name: str) -> bytes:
        """Return a snapshot as a SQLite file. Raise `MockApiError` if it is unknown."""
        return self._fetch("GET", f"{_path(name)}/file")

    def add_snapshot(self, name: str, content: bytes) -> None:
        """Add the snapshot *name* with the *content* of a file from `snapshot_file`.

        Raise `MockApiError` if the content is invalid, or of another scenario or seed.
        """
        self._fetch("PUT", f"{_path(name)}/file", content, _SQLITE)


def _path(name: str) -> str:
    return f"snapshots/{quote(name, safe='')}"
