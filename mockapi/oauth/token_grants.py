"""Grants at the token endpoint without a code: refresh token, cIAM id_token, impersonation."""

import base64
import json
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import BaseGrant, RefreshTokenGrant, TokenEndpointMixin

from mockapi.domain.oauth import parse_scopes
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import InvalidAssertion, InvalidRefreshToken, ParameterMissing
from mockapi.store.tables import Token
from mockapi.world.credentials import InvalidRefreshTokenError, IssuedTokens
from mockapi.world.token_service import TokenService


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


TokenResponse = tuple[int, dict[str, str], list[tuple[str, str]]]


class _InternalGrant(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # Authlib has no types
    """A grant of an access token without a refresh token, for the customer in the request."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    PARAMETER: str

    def validate_token_request(self) -> None:
        client: RegisteredClient = self.authenticate_token_endpoint_client()
        if client.is_public:
            raise UnauthorizedClientError("A client without a secret may not use this grant.")
        self.request.client = client
        value = self.request.payload.get(self.PARAMETER)
        if value is None:
            raise ParameterMissing(self.PARAMETER)
        try:
            self.request.user = self.server.world.store.customer_named(self._email(value))
        except LookupError as error:
            raise InvalidAssertion(f"{self.PARAMETER} names no customer.") from error

    def create_token_response(self) -> TokenResponse:
        client: RegisteredClient = self.request.client
        tokens: TokenService = self.server.world.tokens
        body = tokens.issue_internal_token(self.request.user, client.row).body()
        del body["scope"]
        return 200, body, self.TOKEN_RESPONSE_HEADER

    def _email(self, value: str) -> str:
        return value


class UserTokenGrant(_InternalGrant):
    """Impersonation of the user with the e-mail address in `email`."""

    GRANT_TYPE = "user_token"
    PARAMETER = "email"


class IdTokenGrant(_InternalGrant):
    """Exchange of a signed-in user's id_token for an access token."""

    GRANT_TYPE = "id_token"
    PARAMETER = "id_token"

    def _email(self, value: str) -> str:
        return email_in(value, self.server.world.now())


def email_in(id_token: str, now: datetime) -> str:
    """Return the `email` claim of a JWT that has not expired by *now*."""
    # assumption: the signature is not checked; the identity provider's keys are not available.
    claims = _claims(id_token)
    if "exp" in claims:
        exp = claims["exp"]
        if isinstance(exp, bool) or not isinstance(exp, int | float):
            raise InvalidAssertion("The claim exp of id_token is not a number.")
        # In this form, NaN has expired, too.
        if not exp > now.timestamp():
            raise InvalidAssertion("id_token has expired.")
    email = claims.get("email")
    if not isinstance(email, str):
        raise InvalidAssertion("id_token has no claim email.")
    return email


def _claims(id_token: str) -> dict[str, Any]:
    try:
        _, payload, _ = id_token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError) as error:
        raise InvalidAssertion("id_token is not a JWT.") from error
    if not isinstance(claims, dict):
        raise InvalidAssertion("id_token is not a JWT.")
    return claims
