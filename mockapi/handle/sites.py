"""Tells of sites, their readings and their scores, whoever may see them."""

from typing import Any
from urllib.parse import quote

from mockapi.handle.control import Control, tells_it_all, with_query



class SitesHandle(Control):
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
