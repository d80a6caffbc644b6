"""Sites, with their readings, data defects and scores."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from mockapi.client.transport import (
    ControlApiTransport,
    MockApiError,
    hide_client_frames,
    with_query,
)

__tracebackhide__ = hide_client_frames


class SitesMixin(ControlApiTransport):
    """Methods for sites, their readings, their data defects and their scores."""

    def sites(self) -> list[dict[str, Any]]:
        """Return the summary of every site of the world."""
        sites: list[dict[str, Any]] = self._call("GET", "sites")
        return sites

    def site(self, site: str) -> dict[str, Any]:
        """Return one site with its meters, projects and scoring requests.

        Raise `MockApiError` if the site is unknown.
        """
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
        """Return the current readings of *key* of *site* as columns of equal length, by `date`.

        *since* and *until* are RFC 3339 instants, *interval* is `PT15M`, `PT1H`, `P1D` or `P1M`.
        Defaults: the whole history, at the interval of the meter. Raise `MockApiError` for an
        unknown site or key, and for too many readings.
        """
        query = {"site": site, "key": key, "since": since, "until": until, "interval": interval}
        columns: dict[str, Any] = self._call("GET", with_query("series", query))
        return columns

    def scores(
        self,
        site: str,
        *,
        type: str | None = None,
        category: str | None = None,
        since: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the scores of *site* in the form of the Partner API.

        *since* is an ISO 8601 date. By default all types, categories and dates are returned. Raise
        `MockApiError` for an unknown site, type or category.
        """
        query = {"site": site, "type": type, "category": category, "since": since}
        scores: list[dict[str, Any]] = self._call("GET", with_query("scores", query))
        return scores

    def score_columns(
        self,
        site: str,
        *,
        type: str | None = None,
        category: str | None = None,
        since: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the same scores by type: a column of dates and a column of scores per category."""
        query = {"site": site, "type": type, "category": category, "since": since}
        columns: list[dict[str, Any]] = self._call("GET", with_query("scores/columns", query))
        return columns

    def explain(
        self, site: str, date: str, *, type: str = "daily", category: str = "energy"
    ) -> dict[str, Any]:
        """Return the calculation of the score of *site* on *date* (ISO 8601), step by step.

        Raise `MockApiError` if that score is not published.
        """
        query = {"site": site, "date": date, "type": type, "category": category}
        explanation: dict[str, Any] = self._call("GET", with_query("scores/explain", query))
        return explanation

    def defects(
        self,
        *,
        site: str | None = None,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the incidents of all data defects, or of one *site* or *kind*.

        *since* and *until* are RFC 3339 instants; by default the whole history up to now. Raise
        `MockApiError` for an unknown site or kind, and if there are more than 1,000 incidents
        and *limit* is not given.
        """
        query = {"site": site, "kind": kind, "since": since, "until": until, "limit": limit}
        response = self._call("GET", with_query("defects", query))
        found: list[dict[str, Any]] = response["defects"]
        if response["has_more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} incidents. "
                "Use site, kind, since, until or limit."
            )
        return found

    def push(self, key: str, readings: Mapping[str, float]) -> str:
        """Create or correct *readings* of *key*, which map RFC 3339 dates to values.

        Return their `updatedAt`, which is the current time of the world. Raise `MockApiError` for
        an unknown key. Either all readings are stored or none.
        """
        listed = [{"date": date, "value": value} for date, value in readings.items()]
        response = self._call("PUT", "readings", {"key": key, "readings": listed})
        updated_at: str = response["updated_at"]
        return updated_at

    def withdraw(
        self,
        key: str,
        dates: Sequence[str] = (),
        *,
        since: str | None = None,
        until: str | None = None,
    ) -> int:
        """Withdraw the readings of *key* at *dates*, or from *since* to *until* (exclusive).

        Without dates and limits, withdraw all readings of the key. Return their number. Raise
        `MockApiError` for an unknown key and for a date without a reading. Either all readings
        are withdrawn or none.
        """
        query = [("key", key), *(("date", each) for each in dates)]
        query += [(name, at) for name, at in (("since", since), ("until", until)) if at is not None]
        count: int = self._call("DELETE", f"readings?{urlencode(query)}")["count"]
        return count

    def pushed(
        self,
        key: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the pushed readings by key, date and time. Withdrawn ones have the value None.

        Raise `MockApiError` for an unknown key, and if there are more than 1,000 readings and
        *limit* is not given.
        """
        query = {"key": key, "since": since, "until": until, "limit": limit}
        response = self._call("GET", with_query("readings", query))
        found: list[dict[str, Any]] = response["readings"]
        if response["has_more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} pushed readings. Use key, since, until or limit."
            )
        return found
