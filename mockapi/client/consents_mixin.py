"""Tells of consents and tokens of a running mockapi, and revokes them; standard library only."""

from typing import Any
from urllib.parse import quote

from mockapi.client.transport import ControlApiTransport, hide_client_frames, with_query

__tracebackhide__ = hide_client_frames


class ConsentsMixin(ControlApiTransport):
    """What customers agreed to, and the tokens that stand on it."""

    def consents(self, *, customer: str | None = None) -> list[dict[str, Any]]:
        """Return what everybody, or one *customer*, agreed to, live and revoked, newest first."""
        path = with_query("consents", {"customer": customer})
        found: list[dict[str, Any]] = self._call("GET", path)
        return found

    def revoke_consent(self, consent_id: str) -> None:
        """Revoke a consent with its tokens; an unknown or revoked one raises `MockApiError`."""
        self._call("DELETE", f"consents/{quote(consent_id, safe='')}")

    def tokens(
        self,
        *,
        customer: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return the tokens that are out, newest first, each by an `id` and without its secret.

        *kind* is `access`, `refresh` or `personal`; *state* is `live`, `expired` or `revoked`.
        """
        wish = {"customer": customer, "kind": kind, "state": state, "limit": limit}
        found: list[dict[str, Any]] = self._call("GET", with_query("tokens", wish))
        return found

    def revoke_token(self, token_id: str) -> None:
        """Revoke a token by its id; an unknown or revoked one raises `MockApiError`."""
        self._call("DELETE", f"tokens/{quote(token_id, safe='')}")
