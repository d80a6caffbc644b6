"""Sites, meters, customers, clients and scores that a test adds, changes and removes."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack
from urllib.parse import quote

from mockapi.client.scenario_keys import (
    ClientKeys,
    ClientValueKeys,
    CustomerKeys,
    CustomerValueKeys,
    Day,
    MeterKeys,
    MeterValueKeys,
    Part,
    ScoringRequestKeys,
    SiteKeys,
    SiteUpdateKeys,
)
from mockapi.client.transport import ControlApiTransport, hide_client_frames, with_query

__tracebackhide__ = hide_client_frames

Body = dict[str, Any]


class StateMixin(ControlApiTransport):
    """Methods that change what the scenario describes. The keywords are those of scenario files.

    Values that are not given are drawn from the seed. Each method raises `MockApiError`, which
    names the key and the remedy, for an invalid value, an unknown id and an id in use.
    """

    def add_site(self, **site: Unpack[SiteKeys]) -> Body:
        """Add a site, by *building* and *city* or by *type*, and return its published body.

        *customer* is the id or e-mail address of its owner; default: the first customer. With
        *registered*, its readings arrive from the start of its *history* before now.
        """
        return self._change("POST", "sites", site)

    def update_site(self, site: str, /, **changes: Unpack[SiteUpdateKeys]) -> Body:
        """Change values of the site with that id and return its published body.

        Readings and computed scores, also those of the past, follow the new values.
        """
        return self._change("PATCH", f"sites/{quote(site, safe='')}", changes)

    def remove_site(self, site: str, /) -> None:
        """Remove the site with that id; the APIs then respond as for an unknown one."""
        self._call("DELETE", f"sites/{quote(site, safe='')}")

    def add_meter(self, site: str, /, usage: str, **meter: Unpack[MeterKeys]) -> Body:
        """Add a meter for *usage* to a site and return its published body with its keys."""
        return self._change("POST", "meters", {"site": site, "usage": usage, **meter})

    def update_meter(self, meter: str, /, **changes: Unpack[MeterValueKeys]) -> Body:
        """Change values of the meter with that id and return its published body."""
        return self._change("PATCH", f"meters/{quote(meter, safe='')}", changes)

    def remove_meter(self, meter: str, /) -> None:
        """Remove the meter with that id, its submeters and readings."""
        self._call("DELETE", f"meters/{quote(meter, safe='')}")

    def add_customer(self, **customer: Unpack[CustomerKeys]) -> Body:
        """Add a customer, with *sites* and tokens if given.

        Return `id`, `email`, `name` and the ids of the `sites`.
        """
        return self._change("POST", "customers", customer)

    def update_customer(self, customer: str, /, **changes: Unpack[CustomerValueKeys]) -> Body:
        """Change values of the customer with that id or e-mail address and return the customer."""
        return self._change("PATCH", f"customers/{quote(customer, safe='')}", changes)

    def remove_customer(self, customer: str, /) -> None:
        """Remove the customer with that id or e-mail address, its sites, consents and tokens."""
        self._call("DELETE", f"customers/{quote(customer, safe='')}")

    def add_client(self, **client: Unpack[ClientKeys]) -> Body:
        """Add an OAuth client and return it with its `client_id`; public without a secret."""
        return self._change("POST", "clients", client)

    def update_client(self, client_id: str, /, **changes: Unpack[ClientValueKeys]) -> Body:
        """Change values of the client with that id and return it."""
        return self._change("PATCH", f"clients/{quote(client_id, safe='')}", changes)

    def remove_client(self, client_id: str, /) -> None:
        """Remove the client with that id, its consents and tokens."""
        self._call("DELETE", f"clients/{quote(client_id, safe='')}")

    def add_scores(self, site: str, scores: Sequence[Part]) -> list[Body]:
        """Store *scores*, each with `date`, `type`, `category` and `score`; return them published.

        A score replaces that of the same date, type and category.
        """
        # The server rejects a mapping, whose list would be that of its keys.
        listed = scores if isinstance(scores, Mapping) else list(scores)
        stored: list[Body] = self._call("POST", "scores", {"site": site, "scores": listed})
        return stored

    def update_score(self, site: str, *, date: Day, type: str, category: str, score: float) -> Body:
        """Change the value of a stored score and return its published body."""
        body = {"site": site, "date": date, "type": type, "category": category, "score": score}
        return self._change("PATCH", "scores", body)

    def remove_scores(
        self,
        site: str,
        *,
        date: Day | None = None,
        type: str | None = None,
        category: str | None = None,
    ) -> int:
        """Remove the stored scores of *site* that have all given values; return their number."""
        query = {"site": site, "date": date, "type": type, "category": category}
        count: int = self._call("DELETE", with_query("scores", query))["count"]
        return count

    def add_scoring_request(self, site: str, /, **request: Unpack[ScoringRequestKeys]) -> Body:
        """Add a scoring request and return its published body.

        *customer* is the id or e-mail address of the customer; default: the owner of the site.
        """
        return self._change("POST", "scoring-requests", {"site": site, **request})

    def _change(self, method: str, path: str, keys: Mapping[str, Any]) -> Body:
        # With None, which removes a value.
        changed: Body = self._call(method, path, dict(keys), whole=True)
        return changed
