"""Scenarios and snapshots: read, check, save and restore."""

from typing import Any
from urllib.parse import quote

from mockapi.client.transport import ControlApiTransport, hide_client_frames

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


__tracebackhide__ = hide_client_frames


class ScenariosMixin(ControlApiTransport):
    """Methods for scenarios."""

    def scenarios(self) -> list[dict[str, Any]]:
        """Return the available scenarios, each with its `name` and `description`."""
        found: list[dict[str, Any]] = self._call("GET", "scenarios")
        return found

    def scenario(self, name: str | None = None) -> dict[str, Any]:
        """Return a scenario with its `text`. Default: the scenario of this world."""
        path = "scenario" if name is None else f"scenarios/{quote(name, safe='')}"
        found: dict[str, Any] = self._call("GET", path)
        return found

    def check_scenario(self, text: str) -> dict[str, Any]:
        """Check the YAML *text*. Return `ok`, `errors` and `warnings`, with their lines."""
        result: dict[str, Any] = self._call("POST", "scenarios/check", {"text": text})
        return result
