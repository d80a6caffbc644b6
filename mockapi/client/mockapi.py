"""`MockApi`, the client of a running mockapi.

It uses HTTP and the standard library only, so it works with a server in the same process, in a
container or at `MOCKAPI_URL`.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockapi.client.clock_and_snapshots import ClockClient, SnapshotsMixin
from mockapi.client.fault_handles import UnusedFaults
from mockapi.client.faults_mixin import FaultsMixin
from mockapi.client.journal_mixin import JournalMixin
from mockapi.client.sites_mixin import SitesMixin
from mockapi.client.state_mixin import StateMixin
from mockapi.client.transport import (
    MockApiError,
    hide_client_frames,
    is_scenario_file,
    scenario_name_of,
    with_query,
)

__tracebackhide__ = hide_client_frames


class MockApi(FaultsMixin, JournalMixin, SitesMixin, SnapshotsMixin, StateMixin):
    """Client for one world of a running mockapi: its URLs, credentials and control API calls."""

    def __init__(
        self, url: str, *, admin_token: str | None = None, ca_file: Path | None = None
    ) -> None:
        """Create a client of the world at *url*.

        *ca_file* has the authority of the server's certificate, if it is not one of the system's;
        the default is MOCKAPI_TLS_CA_FILE, or `mockapi-ca.pem` in the working directory.
        """
        super().__init__(url, admin_token, ca_file)
        self.clock = ClockClient(self._call)
        self.unused_faults = UnusedFaults()

    def __repr__(self) -> str:
        return f"MockApi({self.url!r})"

    @property
    def partner_url(self) -> str:
        """Canonical base URL of the Partner API."""
        return f"{self.url}/ecostruxure/scoring/v1"

    @property
    def user_url(self) -> str:
        """Canonical base URL of the User API."""
        return f"{self.url}/ecostruxure/user/scoring/v1"

    def token(
        self,
        *,
        customer: str | None = None,
        client_id: str | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
    ) -> str:
        """Return a new access token. *scope* is separated by spaces, *expires_in* is in seconds.

        Defaults: the first customer and client of the scenario, all scopes of the client, one
        hour. Raise `MockApiError` for an unknown customer, client or scope.
        """
        query = {
            "customer": customer,
            "client_id": client_id,
            "scope": scope,
            "expires_in": expires_in,
        }
        token: str = self._call("POST", "tokens", query)["access_token"]
        return token

    def pat(
        self,
        *,
        customer: str | None = None,
        name: str | None = None,
        scope: str | None = None,
        expires_at: str | None = None,
    ) -> str:
        """Return a new personal access token. *expires_at* is an RFC 3339 instant.

        Raise `MockApiError` for an unknown customer or scope.
        """
        query = {"customer": customer, "name": name, "scope": scope, "expires_at": expires_at}
        token: str = self._call("POST", "pats", query)["token"]
        return token

    def consents(self, *, customer: str | None = None) -> list[dict[str, Any]]:
        """Return consents of all customers or one, also revoked ones, newest first."""
        path = with_query("consents", {"customer": customer})
        found: list[dict[str, Any]] = self._call("GET", path)
        return found

    def revoke_consent(self, consent_id: str) -> None:
        """Revoke a consent and its tokens.

        Raise `MockApiError` if the consent is unknown or already revoked.
        """
        self._call("DELETE", f"consents/{quote(consent_id, safe='')}")

    def tokens(
        self,
        *,
        customer: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the issued tokens, newest first. Each has an `id`; the secret is not included.

        *kind* is `access`, `refresh` or `personal`; *state* is `live`, `expired` or `revoked`.
        """
        query = {"customer": customer, "kind": kind, "state": state, "limit": limit}
        found: list[dict[str, Any]] = self._call("GET", with_query("tokens", query))
        return found

    def revoke_token(self, token_id: str) -> None:
        """Revoke the token with that id.

        Raise `MockApiError` if the token is unknown or already revoked.
        """
        self._call("DELETE", f"tokens/{quote(token_id, safe='')}")

    def create_world(
        self, name: str | None = None, *, exist_ok: bool = False, **settings: Any
    ) -> "MockApi":
        """Create another world in the memory of this server and return a client for it.

        With *exist_ok*, use the world called *name* if it was created with the same *settings*.

        *settings* are the settings of a world in lower case (`scenario`, `seed`, `edition`,
        `clock`, ...), or `scenario_text` (YAML) with `scenario_name`. If `scenario` is the path
        of a file, the client reads that file and uses its name; a dict is a scenario itself. The
        defaults are the settings of the default world. Raise `MockApiError` if the name is in use,
        the scenario has errors or the server has too many worlds.
        """
        if is_scenario_file(settings.get("scenario", "")):
            file = Path(settings.pop("scenario"))
            settings |= {"scenario_text": _text_of(file), "scenario_name": scenario_name_of(file)}
        if exist_ok and name is None:
            raise MockApiError("exist_ok needs the name of a world. Add it.")
        return self._sibling(self._create(name, settings, exist_ok=exist_ok))

    def named_world(self, name: str) -> "MockApi":
        """Return a client for a named world. Raise `MockApiError` if it does not exist."""
        found = self._call("GET", f"worlds/{quote(name, safe='')}")
        return self._sibling(found)

    def _sibling(self, world: dict[str, Any]) -> "MockApi":
        sibling = self._at(self.url + world["path"])
        sibling.unused_faults = self.unused_faults
        return sibling

    def _at(self, url: str) -> "MockApi":
        """Return a client for another world of the same server."""
        return MockApi(url, admin_token=self._admin_token, ca_file=self.ca_file)

    def worlds(self) -> list[str]:
        """Return the names of the named worlds of the server."""
        return [world["name"] for world in self._call("GET", "worlds")]

    def delete(self) -> None:
        """Delete this named world. Raise `MockApiError` for the default world."""
        server, marker, name = self.url.rpartition("/w/")
        if not marker:
            raise MockApiError("The default world cannot be deleted. Use reset() instead.")
        self._call("DELETE", f"worlds/{name}", server=server)

    def reset(self, *, reload: bool = False) -> None:
        """Reset the world to its initial state. With *reload*, read its scenario file again.

        Raise `MockApiError`, and leave the world unchanged, if the file is invalid.
        """
        self._call("POST", "reset", {"reload": True} if reload else None)

    def health(self) -> dict[str, Any]:
        """Return the status and the scenario of the world, and the version of the server."""
        health: dict[str, Any] = self._call("GET", "health")
        return health

    def timeline(self) -> list[dict[str, Any]]:
        """Return the past, active and upcoming events of the scenario's timeline."""
        events: list[dict[str, Any]] = self._call("GET", "timeline")
        return events

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

    def world(self) -> dict[str, Any]:
        """Return the scenario, seed, time, customers with their sites, and clients of the world."""
        world: dict[str, Any] = self._call("GET", "world")
        return world


def _text_of(scenario: Path) -> str:
    try:
        return scenario.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise MockApiError(f"{scenario.absolute()} cannot be read: {reason}") from None
