"""Pushes readings into a running mockapi, and withdraws them, from a test."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from mockapi.handle.control import Control, MockApiError, tells_it_all, with_query

__tracebackhide__ = tells_it_all


class ReadingsHandle(Control):
    """The readings that a test pushes."""

    def push(self, key: str, readings: Mapping[str, float]) -> str:
        """Create or correct the readings under *key*, values by RFC 3339 dates.

        Returns the `updatedAt` they all have: now, by the world's clock. Raises `MockApiError`
        for an unknown key, and then nothing is pushed.
        """
        listed = [{"date": date, "value": value} for date, value in readings.items()]
        answer = self._call("PUT", "readings", {"key": key, "readings": listed})
        updated_at: str = answer["updated_at"]
        return updated_at

    def withdraw(
        self,
        key: str,
        dates: Sequence[str] = (),
        *,
        since: str | None = None,
        until: str | None = None,
    ) -> int:
        """Withdraw the readings under *key* at *dates*, or those *since* then and before *until*.

        Returns how many; all of the key if nothing is stated. Raises `MockApiError` for an unknown
        key, and for a date without a reading, and then nothing is withdrawn.
        """
        wish = [("key", key), *(("date", each) for each in dates)]
        wish += [(name, at) for name, at in (("since", since), ("until", until)) if at is not None]
        count: int = self._call("DELETE", f"readings?{urlencode(wish)}")["count"]
        return count

    def pushed(
        self,
        key: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return what was pushed, by key, date and time; of a withdrawn reading the value is None.

        Raises `MockApiError` for an unknown key, and where there are more than 1,000 and no
        *limit* is given.
        """
        wish = {"key": key, "since": since, "until": until, "limit": limit}
        answer = self._call("GET", with_query("readings", wish))
        found: list[dict[str, Any]] = answer["readings"]
        if answer["more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} pushed readings: ask for one key, for a "
                "shorter time, or state a limit."
            )
        return found
