"""Moves the clock of a running mockapi from a test; standard library only."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mockapi.client.transport import hide_client_frames, iso_8601, rfc_3339, with_query

__tracebackhide__ = hide_client_frames

Call = Callable[[str, str, dict[str, Any] | None], Any]


class ClockClient:
    """The clock of a world, which moves forward only; each move returns the time after it.

    What is past, and what is no time, raises `MockApiError`.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    def __repr__(self) -> str:
        return f"<clock at {self.now().isoformat()}>"

    def now(self) -> datetime:
        """Return the world's time, aware and in UTC."""
        return _time(self._call("GET", "clock", None))

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stand still *at* an instant, aware or as RFC 3339 has it; now if unset."""
        return self.run(0) if at is None else self._move("freeze", rfc_3339(at))

    def advance(self, by: timedelta | str) -> datetime:
        """Move on *by* a duration, such as `timedelta(days=1)`, `P1DT2H` or `P1M`."""
        return self._move("advance", iso_8601(by))

    def run(self, rate: float) -> datetime:
        """Let *rate* seconds pass in a second from now on: 1, 60, 86400."""
        return self._move("rate", rate)

    def follow_system(self) -> datetime:
        """Show what the clock of the server's machine shows."""
        return self._move("follow", "system")

    def changes(self, since: datetime | str, until: datetime | str | None = None) -> dict[str, Any]:
        """Return what came about since an instant and before *until*, now if unset.

        That is how many readings arrived, tokens expired and scoring requests were settled, and
        which events struck.
        """
        end = None if until is None else rfc_3339(until)
        wish = {"since": rfc_3339(since), "until": end}
        found: dict[str, Any] = self._call("GET", with_query("changes", wish), None)
        return found

    def _move(self, how: str, where: object) -> datetime:
        return _time(self._call("PUT", "clock", {how: where}))


def _time(view: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(view["now"])
