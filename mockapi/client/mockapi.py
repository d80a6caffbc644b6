"""Holds on to a running mockapi, in this process or in a container, from a test.

Standard library only, and over HTTP only: what works here works against `MOCKAPI_URL`.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockapi.client.clock_client import ClockClient
from mockapi.client.consents_mixin import ConsentsMixin
from mockapi.client.fault_handles import UnusedFaults
from mockapi.client.faults_mixin import FaultsMixin
from mockapi.client.journal_mixin import JournalMixin
from mockapi.client.readings_mixin import ReadingsMixin, SitesMixin
from mockapi.client.scenarios_mixin import ScenariosMixin, SnapshotsMixin
from mockapi.client.transport import (
    MockApiError,
    hide_client_frames,
    is_scenario_file,
    scenario_name_of,
    with_query,
)

__tracebackhide__ = hide_client_frames


class MockApi(
    ConsentsMixin,
    FaultsMixin,
    JournalMixin,
    ReadingsMixin,
    ScenariosMixin,
    SitesMixin,
    SnapshotsMixin,
):
    """A running server: its address, its credentials, its world."""

    def __init__(self, url: str, *, admin_token: str | None = None) -> None:
        super().__init__(url, admin_token)
        self.clock = ClockClient(self._call)
        self.unused_faults = UnusedFaults()

    def __repr__(self) -> str:
        return f"MockApi({self.url!r})"

    @property
    def partner_url(self) -> str:
        """The Partner API's canonical base."""
        return f"{self.url}/ecostruxure/scoring/v1"

    @property
    def user_url(self) -> str:
        """The User API's canonical base."""
        return f"{self.url}/ecostruxure/user/scoring/v1"

    def token(
        self,
        *,
        customer: str | None = None,
        client_id: str | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
    ) -> str:
        """Return a new access token; *scope* separated by spaces, *expires_in* in seconds.

        What is left out is the scenario's first customer and client, all the client's scopes,
        an hour. Raises `MockApiError` for an unknown customer, client or scope.
        """
        wish = {
            "customer": customer,
            "client_id": client_id,
            "scope": scope,
            "expires_in": expires_in,
        }
        token: str = self._call("POST", "tokens", wish)["access_token"]
        return token

    def pat(
        self,
        *,
        customer: str | None = None,
        name: str | None = None,
        scope: str | None = None,
        expires_at: str | None = None,
    ) -> str:
        """Return a new personal access token; *expires_at* as an RFC 3339 instant.

        Raises `MockApiError` for an unknown customer or scope.
        """
        wish = {"customer": customer, "name": name, "scope": scope, "expires_at": expires_at}
        token: str = self._call("POST", "pats", wish)["token"]
        return token

    def create_world(self, name: str | None = None, **settings: Any) -> "MockApi":
        """Return a new world beside this server's others, in memory.

        *settings* are those of a world in lower case (`scenario`, `seed`, `edition`, `clock`,
        ...), or `scenario_text` with a scenario as YAML and `scenario_name` for it; a *scenario*
        that is a path to a file is read here and called by its name. What is left out is as in
        the server's first world. Raises `MockApiError` for a name that is taken, a scenario with
        mistakes, or where there are too many worlds.
        """
        if is_scenario_file(settings.get("scenario", "")):
            file = Path(settings.pop("scenario"))
            settings |= {"scenario_text": _text_of(file), "scenario_name": scenario_name_of(file)}
        made = self._call("POST", "worlds", {"name": name, **settings})
        return self._sibling(made)

    def named_world(self, name: str) -> "MockApi":
        """Return the named world that there is already; raises `MockApiError` for no such name."""
        found = self._call("GET", f"worlds/{quote(name, safe='')}")
        return self._sibling(found)

    def _sibling(self, world: dict[str, Any]) -> "MockApi":
        sibling = self._at(self.url + world["path"])
        sibling.unused_faults = self.unused_faults
        return sibling

    def _at(self, url: str) -> "MockApi":
        """Return a handle on another world of the same server."""
        return MockApi(url, admin_token=self._admin_token)

    def worlds(self) -> list[str]:
        """Return the names of the server's named worlds."""
        return [world["name"] for world in self._call("GET", "worlds")]

    def delete(self) -> None:
        """Delete this world with everything in it."""
        server, marker, name = self.url.rpartition("/w/")
        if not marker:
            raise MockApiError("This is a server's first world, which stays; reset it instead.")
        self._call("DELETE", f"worlds/{name}", server=server)

    def reset(self) -> None:
        """Put the world back to what its scenario made of it."""
        self._call("POST", "reset")

    def health(self) -> dict[str, Any]:
        """Return that the world is ready, of which scenario it is and which version serves it."""
        health: dict[str, Any] = self._call("GET", "health")
        return health

    def timeline(self) -> list[dict[str, Any]]:
        """Return what happened by the scenario's timeline, and what is to come."""
        events: list[dict[str, Any]] = self._call("GET", "timeline")
        return events

    def world(self) -> dict[str, Any]:
        """Return who and what is there: customers with their sites, clients, seed, time."""
        world: dict[str, Any] = self._call("GET", "world")
        return world

    def explain(
        self, site: str, date: str, *, type: str = "daily", category: str = "energy"
    ) -> dict[str, Any]:
        """Return how the score of *site* on *date*, ISO 8601, came about, step by step.

        Raises `MockApiError` where no such score is published.
        """
        wish = {"site": site, "date": date, "type": type, "category": category}
        explanation: dict[str, Any] = self._call("GET", with_query("scores/explain", wish))
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
        """Return the incidents of all defects, or of one *site* or *kind*, by RFC 3339 instants.

        What is left out is all sites, all kinds, the history up to now. Raises `MockApiError`
        for an unknown site or kind, and where there are more than 1,000 and no *limit* is given.
        """
        wish = {"site": site, "kind": kind, "since": since, "until": until, "limit": limit}
        truth = self._call("GET", with_query("defects", wish))
        found: list[dict[str, Any]] = truth["defects"]
        if truth["has_more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} incidents: ask for one site or kind, for a "
                "shorter time, or state a limit."
            )
        return found


def _text_of(scenario: Path) -> str:
    try:
        return scenario.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise MockApiError(f"{scenario.absolute()} cannot be read: {reason}") from None
