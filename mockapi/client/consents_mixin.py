"""Consents and tokens: list and revoke."""

from typing import Any
from urllib.parse import quote

from mockapi.client.transport import ControlApiTransport, hide_client_frames, with_query

__tracebackhide__ = hide_client_frames


class ConsentsMixin(ControlApiTransport):
    """Methods for consents and tokens."""

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
