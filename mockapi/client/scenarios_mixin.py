"""Shows and checks scenarios by a running mockapi; standard library only."""

from typing import Any
from urllib.parse import quote

from mockapi.client.transport import ControlApiTransport, hide_client_frames

_SQLITE = "application/vnd.sqlite3"


class SnapshotsMixin(ControlApiTransport):
    """What a test may keep of its world, and go back to."""

    def snapshot(self, name: str) -> None:
        """Keep the present state under *name*, in the place of what had it; for `restore`.

        Raises `MockApiError` where too many are kept.
        """
        self._call("POST", "snapshots", {"name": name})

    def restore(self, name: str) -> None:
        """Put the world back to a snapshot, its clock included; an unknown one raises."""
        self._call("POST", f"{_path(name)}/restore")

    def snapshots(self) -> list[dict[str, Any]]:
        """Return the snapshots, the oldest first, each with its `name`, `at` and `size`."""
        kept: list[dict[str, Any]] = self._call("GET", "snapshots")
        return kept

    def delete_snapshot(self, name: str) -> None:
        """Forget a snapshot; an unknown one raises."""
        self._call("DELETE", _path(name))

    def snapshot_file(self, name: str) -> bytes:
        """Return a snapshot as a SQLite file; an unknown one raises."""
        return self._fetch("GET", f"{_path(name)}/file")

    def add_snapshot(self, name: str, content: bytes) -> None:
        """Keep what such a file holds as the snapshot *name*.

        Raises `MockApiError` for what is no such file, or one of another scenario or seed.
        """
        self._fetch("PUT", f"{_path(name)}/file", content, _SQLITE)


def _path(name: str) -> str:
    return f"snapshots/{quote(name, safe='')}"


__tracebackhide__ = hide_client_frames


class ScenariosMixin(ControlApiTransport):
    """What worlds are made of."""

    def scenarios(self) -> list[dict[str, Any]]:
        """Return which scenarios there are, each with its `name` and `description`."""
        found: list[dict[str, Any]] = self._call("GET", "scenarios")
        return found

    def scenario(self, name: str | None = None) -> dict[str, Any]:
        """Return a scenario with its `text`; this world's own where no *name* is given."""
        path = "scenario" if name is None else f"scenarios/{quote(name, safe='')}"
        found: dict[str, Any] = self._call("GET", path)
        return found

    def check_scenario(self, text: str) -> dict[str, Any]:
        """Return whether the YAML *text* is `ok`, and its `mistakes` and `warnings` by line."""
        told: dict[str, Any] = self._call("POST", "scenarios/check", {"text": text})
        return told
