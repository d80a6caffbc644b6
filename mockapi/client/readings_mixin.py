"""Pushes readings into a running mockapi, and withdraws them, from a test."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from mockapi.client.transport import (
    ControlApiTransport,
    MockApiError,
    hide_client_frames,
    with_query,
)


class SitesMixin(ControlApiTransport):
    """What a test may know of sites that its client has to find out."""

    def sites(self) -> list[dict[str, Any]]:
        """Return every site of the world, each in one line."""
        sites: list[dict[str, Any]] = self._call("GET", "sites")
        return sites

    def site(self, site: str) -> dict[str, Any]:
        """Return one site with its meters, projects and scoring requests; an unknown one raises."""
        found: dict[str, Any] = self._call("GET", f"sites/{quote(site, safe='')}")
        return found

    def series(
        self,
        site: str,
        key: str,
        *,
        since: str | None = None,
        until: str | None = None,
        interval: str | None = None,
    ) -> dict[str, Any]:
        """Return the readings under *key* of *site* as columns, by `date`, as they stand now.

        *since* and *until* are RFC 3339 instants, *interval* is one of `PT15M`, `PT1H`, `P1D`,
        `P1M`. What is left out is all that there is, at the meter's own interval. Raises
        `MockApiError` for an unknown site or key, and for too many readings.
        """
        wish = {"site": site, "key": key, "since": since, "until": until, "interval": interval}
        columns: dict[str, Any] = self._call("GET", with_query("series", wish))
        return columns

    def scores(
        self,
        site: str,
        *,
        type: str | None = None,
        category: str | None = None,
        since: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the scores of *site*, as the Partner API publishes them.

        *since* is an ISO 8601 date. What is left out is all that there is, and only what is wanted
        is worked out. Raises `MockApiError` for an unknown site, type or category.
        """
        wish = {"site": site, "type": type, "category": category, "since": since}
        scores: list[dict[str, Any]] = self._call("GET", with_query("scores", wish))
        return scores

    def score_columns(
        self,
        site: str,
        *,
        type: str | None = None,
        category: str | None = None,
        since: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the same scores by type: a column of dates, and one of scores a category."""
        wish = {"site": site, "type": type, "category": category, "since": since}
        columns: list[dict[str, Any]] = self._call("GET", with_query("scores/columns", wish))
        return columns


__tracebackhide__ = hide_client_frames


class ReadingsMixin(ControlApiTransport):
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
        if answer["has_more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} pushed readings: ask for one key, for a "
                "shorter time, or state a limit."
            )
        return found
