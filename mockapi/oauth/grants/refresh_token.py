"""Grants by refresh token: the same one again, or a new one each time where the settings say so."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant

from mockapi.domain.oauth import TokenKind, parse_scopes
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import ParameterMissing, RefreshTokenRefused
from mockapi.store.tables.oauth import Consent, Token


class StandingRefreshToken:
    """A kept refresh token in the words that Authlib asks for it."""

    def __init__(self, row: Token) -> None:
        self.row = row

    def check_client(self, client: RegisteredClient) -> bool:
        return self.row.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    """RFC 6749 section 6; a rotated token that comes back takes its family down."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def _validate_request_token(self, client: RegisteredClient) -> StandingRefreshToken:
        if self.request.payload.get("refresh_token") is None:
            raise ParameterMissing("refresh_token")
        token: StandingRefreshToken = super()._validate_request_token(client)
        return token

    def _validate_token_scope(self, token: StandingRefreshToken) -> None:
        scope = self.request.payload.get("scope")
        if scope is not None and not scope.split():
            raise InvalidScopeError
        super()._validate_token_scope(token)

    def authenticate_refresh_token(self, refresh_token: str) -> StandingRefreshToken:
        world = self.server.world
        row = world.store.token(refresh_token)
        client: RegisteredClient = self.request.client
        if row is None or row.kind is not TokenKind.REFRESH or row.client_id != client.client_id:
            raise RefreshTokenRefused
        if row.revoked_at is not None:
            # Somebody holds a copy: its family is taken back (RFC 9700 section 4.14).
            world.store.revoke_family(row.family, world.now())
            raise RefreshTokenRefused
        if row.expires_at <= world.now():
            raise RefreshTokenRefused
        return StandingRefreshToken(row)

    def authenticate_user(self, refresh_token: StandingRefreshToken) -> Consent:
        consent: Consent = self.server.world.store.consent(refresh_token.row.consent_id)
        return consent

    def issue_token(self, user: Consent, refresh_token: StandingRefreshToken) -> dict[str, str]:
        scope = self.request.payload.get("scope") or refresh_token.get_scope()
        issued = self.server.world.issuer.refreshed(
            user,
            refresh_token.row,
            self.request.payload.get("refresh_token"),
            parse_scopes(scope),
        )
        body: dict[str, str] = issued.body()
        return body

    def revoke_old_credential(self, refresh_token: StandingRefreshToken) -> Any:
        """Do nothing here: the issuer retires the old token when it rotates."""
