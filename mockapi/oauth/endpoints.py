"""OAuth endpoints, on all published base paths, and their metadata (RFC 8414)."""

from collections.abc import Mapping, Sequence
from typing import Any

from authlib.oauth2.rfc6749.grants import BaseGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from fastapi import Request, Response
from starlette.routing import BaseRoute, Route

from mockapi.domain.oauth import Scope
from mockapi.http.address import CANONICAL_BASE, IMPERSONATION_BASE, METADATA_PATH, OLD_BASES
from mockapi.http.context import context_of, url_of, world_of
from mockapi.oauth.authorization import validate_authorization_request
from mockapi.oauth.authorization_code_grant import CodeGrant, PkceS256
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import ParameterMissing, oauth_json
from mockapi.oauth.pages.page import redirect
from mockapi.oauth.pages.session import signed_in_customer
from mockapi.oauth.parameters import OAuthRequest, form_of
from mockapi.oauth.server import OAuthServer, check_no_repeated_parameters
from mockapi.oauth.token_grants import (
    IdTokenGrant,
    RefreshGrant,
    StoredRefreshToken,
    UserTokenGrant,
)
from mockapi.settings import Settings


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Token revocation (RFC 7009) in a world."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_endpoint_client(self, request: OAuthRequest) -> RegisteredClient:
        check_no_repeated_parameters(request)
        client: RegisteredClient = super().authenticate_endpoint_client(request)
        return client

    def check_params(self, request: OAuthRequest, client: RegisteredClient) -> None:
        if request.payload.get("token") is None:
            raise ParameterMissing("token")
        # Hints are ignored, known or not (RFC 7009 section 2.2).

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> StoredRefreshToken | None:
        row = self.server.world.store.token(token_string)
        return None if row is None else StoredRefreshToken(row)

    def revoke_token(self, token: StoredRefreshToken, request: OAuthRequest) -> None:
        self.server.world.tokens.revoke(token.row)


CONSENT_PAGE = "/consent"
SANDBOX_CONSENT_PAGE = "/consent/sandbox"


async def authorize(request: Request) -> Response:
    return _authorize(request, sandbox=False)


async def sandbox_authorize(request: Request) -> Response:
    # assumption: the parameters of sandbox-authorize are not documented; authorize's are used.
    return _authorize(request, sandbox=True)


def _authorize(request: Request, *, sandbox: bool) -> Response:
    pending = validate_authorization_request(request, sandbox=sandbox)
    if world_of(request).auto_consent:
        return pending.approve(pending.auto_consent_customer(signed_in_customer(request)))
    page = SANDBOX_CONSENT_PAGE if sandbox else CONSENT_PAGE
    return redirect(f"{page}?{request.scope['query_string'].decode('ascii')}")


async def token(request: Request) -> Response:
    grants: list[type[BaseGrant]] = [RefreshGrant]
    if world_of(request).settings.internal_grants:
        grants.append(IdTokenGrant)
    server = OAuthServer(world_of(request), url_of(request))
    server.register_grant(CodeGrant, [PkceS256()])
    return await _grant(request, server, grants)


async def impersonate(request: Request) -> Response:
    return await _grant(request, OAuthServer(world_of(request), url_of(request)), [UserTokenGrant])


async def _grant(
    request: Request, server: OAuthServer, grants: Sequence[type[BaseGrant]]
) -> Response:
    for grant in grants:
        server.register_grant(grant)
    response: Response = server.create_token_response(await _posted(request))
    return response


async def _posted(request: Request) -> OAuthRequest:
    return OAuthRequest("POST", await form_of(request), context_of(request).credentials)


async def revoke(request: Request) -> Response:
    # assumption: no revocation endpoint is documented; this one follows RFC 7009.
    server = OAuthServer(world_of(request), url_of(request))
    server.register_endpoint(Revocation)
    response: Response = server.create_endpoint_response(
        Revocation.ENDPOINT_NAME, await _posted(request)
    )
    return response


async def describe(request: Request) -> Response:
    return oauth_json(metadata(url_of(request), world_of(request).settings))


def metadata(issuer: str, settings: Settings) -> Mapping[str, Any]:
    """Return the metadata of the server with that *issuer*."""
    # assumption: no metadata are published; these follow RFC 8414.
    internal = ["id_token"] if settings.internal_grants else []
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}{CANONICAL_BASE}/authorize",
        "token_endpoint": f"{issuer}{CANONICAL_BASE}/token",
        "revocation_endpoint": f"{issuer}{CANONICAL_BASE}/revoke",
        "scopes_supported": [scope.value for scope in Scope],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", *internal],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": f"{issuer}/docs",
    }


def oauth_routes(settings: Settings, *, old_names: bool) -> Sequence[BaseRoute]:
    """Return the endpoints on every base; with strict paths only on those of the edition."""
    bases: Sequence[str] = (CANONICAL_BASE, *OLD_BASES)
    if settings.strict_paths:
        # assumption: the older OAuth bases belong to edition 2022, the canonical one to the others.
        bases = OLD_BASES if old_names else (CANONICAL_BASE,)
    routes: list[BaseRoute] = [Route(METADATA_PATH, describe)]
    for base in bases:
        routes += [
            Route(f"{base}/authorize", authorize, methods=["GET"]),
            Route(f"{base}/sandbox-authorize", sandbox_authorize, methods=["GET"]),
            Route(f"{base}/token", token, methods=["POST"]),
            Route(f"{base}/revoke", revoke, methods=["POST"]),
        ]
    if settings.internal_grants:
        routes.append(Route(f"{IMPERSONATION_BASE}/token", impersonate, methods=["POST"]))
    return routes
