"""Refresh token grant, with or without rotation."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant

from mockapi.domain.oauth import parse_scopes
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import InvalidRefreshToken, ParameterMissing
from mockapi.store.tables import Token
from mockapi.world.token_issuer import InvalidRefreshTokenError, IssuedTokens


class StoredRefreshToken:
    """A stored refresh token as Authlib uses it."""

    def __init__(self, row: Token) -> None:
        self.row = row

    def check_client(self, client: RegisteredClient) -> bool:
        return self.row.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    """RFC 6749 section 6 in a world."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def _validate_request_token(self, client: RegisteredClient) -> StoredRefreshToken:
        if self.request.payload.get("refresh_token") is None:
            raise ParameterMissing("refresh_token")
        token: StoredRefreshToken = super()._validate_request_token(client)
        return token

    def _validate_token_scope(self, token: StoredRefreshToken) -> None:
        scope = self.request.payload.get("scope")
        if scope is not None and not scope.split():
            raise InvalidScopeError
        super()._validate_token_scope(token)

    def authenticate_refresh_token(self, refresh_token: str) -> StoredRefreshToken:
        client: RegisteredClient = self.request.client
        try:
            row = self.server.world.tokens.find_refresh_token(refresh_token, client.client_id)
        except InvalidRefreshTokenError as error:
            raise InvalidRefreshToken from error
        return StoredRefreshToken(row)

    def authenticate_user(self, refresh_token: StoredRefreshToken) -> StoredRefreshToken:
        """Return *refresh_token* itself, which identifies the customer."""
        return refresh_token

    def issue_token(
        self, user: StoredRefreshToken, refresh_token: StoredRefreshToken
    ) -> dict[str, str]:
        scope = self.request.payload.get("scope") or refresh_token.get_scope()
        issued: IssuedTokens = self.server.world.tokens.refresh(
            refresh_token.row, self.request.payload.get("refresh_token"), parse_scopes(scope)
        )
        return issued.body()

    def revoke_old_credential(self, refresh_token: StoredRefreshToken) -> Any:
        """Do nothing, because the token service revokes the old token if it rotates."""
