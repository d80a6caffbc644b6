"""Holds on to a running mockapi, in this process or in a container, from a test.

Standard library only, and over HTTP only: what works here works against `MOCKAPI_URL`.
"""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from mockapi.clock_handle import ClockHandle
from mockapi.switches import SwitchedFault, SwitchedPreset


class MockApiError(Exception):
    """The control API refused, or nobody answered; says what to do about it.

    *status* and *detail* are those of the refusal, where there was one.
    """

    def __init__(self, message: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail


class MockApi:
    """A running server: its address, its credentials, its world."""

    def __init__(self, url: str, *, admin_token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._admin_token = admin_token
        self.clock = ClockHandle(self._call)

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
        ...), or `scenario_text` with a scenario as YAML; a *scenario* that is a path to a file
        is read here. What is left out is as in the server's first world. Raises `MockApiError`
        for a name that is taken, a scenario with mistakes, or where there are too many worlds.
        """
        if str(settings.get("scenario", "")).endswith((".yaml", ".yml")):
            settings["scenario_text"] = Path(settings.pop("scenario")).read_text("utf-8")
        made = self._call("POST", "worlds", {"name": name, **settings})
        return MockApi(self.url + made["path"], admin_token=self._admin_token)

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

    def snapshot(self, name: str) -> None:
        """Keep the present state under *name*, in the place of what had it; for `restore`.

        Raises `MockApiError` where too many are kept.
        """
        self._call("POST", "snapshots", {"name": name})

    def restore(self, name: str) -> None:
        """Put the world back to a snapshot, its clock included; an unknown one raises."""
        self._call("POST", f"snapshots/{quote(name, safe='')}/restore")

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
        query = urlencode({"site": site, "date": date, "type": type, "category": category})
        explanation: dict[str, Any] = self._call("GET", f"scores/explain?{query}")
        return explanation

    def fault(self, kind: str, **settings: Any) -> SwitchedFault:
        """Return a fault of *kind* that is on inside of `with`; it says what it struck.

        Settings are the kind's own, mixed with those of `match` (`operation`, `site`, ...) and
        of `when` (`times`, `sequence`, ...), whose names differ. Instants and durations are
        text. Raises `MockApiError` for a setting that there is not.
        """
        return SwitchedFault(self._call, kind, settings)

    def preset(self, name: str) -> SwitchedPreset:
        """Return the faults of the situation *name*, which are on inside of `with`.

        Raises `MockApiError` for a name that there is not.
        """
        return SwitchedPreset(self._call, name)

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that are on, each with its `id`, `matched` and `hits`."""
        faults: list[dict[str, Any]] = self._call("GET", "faults")
        return faults

    def lift_faults(self) -> None:
        """Lift every fault, the scenario's too."""
        self._call("DELETE", "faults")

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
        query = urlencode({name: value for name, value in wish.items() if value is not None})
        truth = self._call("GET", f"defects?{query}")
        found: list[dict[str, Any]] = truth["defects"]
        if truth["more"] and limit is None:
            raise MockApiError(
                f"There are more than {len(found)} incidents: ask for one site or kind, for a "
                "shorter time, or state a limit."
            )
        return found

    def journal(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the requests that came, the oldest first, each in one line.

        *wanted* are the control API's filters: operation, product, method, path, status, client,
        customer, site, refusal, fault, since, limit. Raises `MockApiError` for an unknown one.
        """
        entries: list[dict[str, Any]] = self._call("GET", _path("journal", wanted))["entries"]
        return entries

    def journal_entry(self, number: int) -> dict[str, Any]:
        """Return one request and its answer in full; raises `MockApiError` when it is gone."""
        entry: dict[str, Any] = self._call("GET", f"journal/{number}")
        return entry

    def clear_journal(self) -> None:
        """Forget what came so far."""
        self._call("DELETE", "journal")

    def har(self, **wanted: Any) -> dict[str, Any]:
        """Return the session as HAR 1.2."""
        session: dict[str, Any] = self._call("GET", _path("journal/har", wanted))
        return session

    def verify(self, **expected: Any) -> list[int]:
        """Return the numbers of the requests that are as *expected*.

        *expected* are operation, product, method, path, status, client, customer, site, refusal,
        fault, query, headers, body, and how often: times, or at_least and at_most, at least once
        if unset; or `in_order`, a list of such requests. Raises `AssertionError` with the nearest
        misses where it is not so, `MockApiError` for an expectation that makes no sense.
        """
        try:
            matched: list[int] = self._call("POST", "journal/verify", expected)["matched"]
        except MockApiError as error:
            if error.status == HTTPStatus.CONFLICT:
                raise AssertionError(error.detail) from None
            raise
        return matched

    def lint(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return warnings of what the real APIs would refuse or ignore."""
        warnings: list[dict[str, Any]] = self._call("GET", _path("journal/lint", wanted))[
            "warnings"
        ]
        return warnings

    def coverage(self, **wanted: Any) -> dict[str, Any]:
        """Return which operations, statuses, faults and categories were met."""
        coverage: dict[str, Any] = self._call("GET", _path("journal/coverage", wanted))
        return coverage

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        server: str | None = None,
        whole: bool = False,
    ) -> Any:
        """Return what the control API answers; of a *whole* body None is sent too, as null."""
        headers = {"Accept": "application/json"}
        data = None
        if body is not None:
            stated = {name: value for name, value in body.items() if whole or value is not None}
            data = json.dumps(stated).encode()
            headers["Content-Type"] = "application/json"
        if self._admin_token is not None:
            headers["Authorization"] = f"Bearer {self._admin_token}"
        request = Request(  # noqa: S310 - the address is the test's own
            f"{server or self.url}/__admin/{path}", data=data, headers=headers, method=method
        )
        try:
            with urlopen(request, timeout=30) as response:  # noqa: S310
                text = response.read()
        except HTTPError as error:
            detail = _detail(error)
            message = f"{method} /__admin/{path}: {detail}"
            raise MockApiError(message, error.code, detail) from error
        except URLError as error:
            raise MockApiError(f"Nobody answers at {self.url}: {error.reason}") from error
        return json.loads(text) if text else None


def _path(path: str, wanted: dict[str, Any]) -> str:
    query = urlencode({name: value for name, value in wanted.items() if value is not None})
    return f"{path}?{query}" if query else path


def _detail(error: HTTPError) -> str:
    try:
        detail: str = json.load(error)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.code}; is this a mockapi with its control API switched on?"
    return detail
