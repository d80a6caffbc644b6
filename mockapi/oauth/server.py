"""Authlib's authorization server for a world; one instance per request."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidClientError
from authlib.oauth2.rfc6749.errors import UnsupportedGrantTypeError
from fastapi import Response

from mockapi.oauth.clients import (
    AUTH_METHODS,
    RegisteredClient,
    authenticate_by_basic,
    check_single_authentication,
    with_parameters,
)
from mockapi.oauth.errors import (
    UNCACHED,
    GrantTypeUnsupported,
    InvalidClient,
    ParameterMissing,
    ParameterRepeated,
    oauth_error_response,
    oauth_json,
)
from mockapi.oauth.parameters import OAuthRequest
from mockapi.world.world import World

_NOT_REPEATABLE = (
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "token",
    "token_type_hint",
    "id_token",
    "email",
)


class OAuthServer(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Authlib's server with the store and clock of *world*, and with *issuer* as its identifier."""

    def __init__(self, world: World, issuer: str, callbacks: Collection[str] = ()) -> None:
        """Create the server for one request; *callbacks* are redirect URIs of every client."""
        super().__init__()
        self.register_client_auth_method("client_secret_basic", authenticate_by_basic)
        self.world = world
        self.issuer = issuer
        self._callbacks = callbacks

    def query_client(self, client_id: str) -> RegisteredClient | None:
        try:
            return RegisteredClient(
                self.world.store.client(client_id),
                self._callbacks,
                any_loopback_port=self.world.settings.loopback_any_port,
            )
        except LookupError:
            return None

    def authenticate_client(
        self, request: OAuthRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> RegisteredClient:
        check_single_authentication(request)
        try:
            client: RegisteredClient = super().authenticate_client(request, AUTH_METHODS, endpoint)
        except InvalidClientError as error:
            raise InvalidClient from error
        return client

    def get_token_grant(self, request: OAuthRequest) -> Any:
        """Return the grant for the request. Authlib does not distinguish a missing grant_type."""
        check_no_repeated_parameters(request)
        if request.payload.get("grant_type") is None:
            raise ParameterMissing("grant_type")
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            raise GrantTypeUnsupported(request.payload.get("grant_type")) from error

    def create_oauth2_request(self, request: OAuthRequest) -> OAuthRequest:
        return request

    def save_token(self, token: Mapping[str, str], request: OAuthRequest) -> None:
        """Do nothing, because the token service stores tokens."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Do nothing, because signals are not used."""

    def handle_response(
        self, status: int, body: Any, headers: Sequence[tuple[str, str]]
    ) -> Response:
        redirect_uri = dict(headers).get("Location")
        return (
            oauth_json(body, status) if redirect_uri is None else self.redirect(redirect_uri, body)
        )

    def redirect(self, redirect_uri: str, parameters: Sequence[tuple[str, str]]) -> Response:
        """Return the redirect to the client with *parameters* and `iss` (RFC 9207)."""
        return Response(
            status_code=302,
            headers={
                "Location": with_parameters(redirect_uri, [*parameters, ("iss", self.issuer)]),
                "Referrer-Policy": "no-referrer",
                **UNCACHED,
            },
        )

    def handle_error_response(self, request: OAuthRequest, error: OAuth2Error) -> Response:
        if error.redirect_uri:
            return self.redirect(error.redirect_uri, error.get_body())
        return oauth_error_response(error, self.world.settings.error_style)


def check_no_repeated_parameters(request: OAuthRequest) -> None:
    """Raise `ParameterRepeated` if a parameter of the token endpoint is repeated."""
    repeated_name = request.payload.repeated(_NOT_REPEATABLE)
    if repeated_name is not None:
        raise ParameterRepeated(repeated_name)
