"""Revokes a token for the client that holds it, after RFC 7009."""

from authlib.oauth2.rfc7009 import RevocationEndpoint

from mockapi.http.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.http.oauth.parameters import OAuthRequest
from mockapi.http.oauth.refresh_grant import StandingRefreshToken
from mockapi.http.oauth.refusals import ParameterMissing
from mockapi.http.oauth.server import demand_no_repetition


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """A refresh token takes with it the access tokens of its family."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_endpoint_client(self, request: OAuthRequest) -> RegisteredClient:
        demand_no_repetition(request)
        client: RegisteredClient = super().authenticate_endpoint_client(request)
        return client

    def check_params(self, request: OAuthRequest, client: RegisteredClient) -> None:
        if request.payload.get("token") is None:
            raise ParameterMissing("token")
        # A hint that nobody knows is ignored, as any hint is here (RFC 7009 section 2.2).

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> StandingRefreshToken | None:
        row = self.server.world.store.token(token_string)
        return None if row is None else StandingRefreshToken(row)

    def revoke_token(self, token: StandingRefreshToken, request: OAuthRequest) -> None:
        world = self.server.world
        world.store.revoke_token(token.row, world.now())
