"""OAuth endpoints, on all published base paths."""

from collections.abc import Sequence

from authlib.oauth2.rfc6749.grants import BaseGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from fastapi import Request, Response
from starlette.routing import BaseRoute, Route

from mockapi.http.address import CANONICAL_BASE, IMPERSONATION_BASE, METADATA_PATH, OLD_BASES
from mockapi.http.context import context_of, url_of, world_of
from mockapi.oauth.authorization import validate_authorization_request
from mockapi.oauth.clients import AUTH_METHODS, RegisteredClient
from mockapi.oauth.errors import ParameterMissing, oauth_json
from mockapi.oauth.grants.authorization_code import CodeGrant, PkceS256
from mockapi.oauth.grants.internal import IdTokenGrant, UserTokenGrant
from mockapi.oauth.grants.refresh_token import RefreshGrant, StoredRefreshToken
from mockapi.oauth.metadata import metadata
from mockapi.oauth.pages.page import redirect
from mockapi.oauth.pages.session import signed_in_customer
from mockapi.oauth.parameters import OAuthRequest, form_of
from mockapi.oauth.server import OAuthServer, check_no_repeated_parameters
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
    form = await form_of(request)
    credentials = context_of(request).credentials
    response: Response = server.create_token_response(OAuthRequest("POST", form, credentials))
    return response


async def revoke(request: Request) -> Response:
    # assumption: no revocation endpoint is documented; this one follows RFC 7009.
    server = OAuthServer(world_of(request), url_of(request))
    server.register_endpoint(Revocation)
    form = await form_of(request)
    credentials = context_of(request).credentials
    response: Response = server.create_endpoint_response(
        Revocation.ENDPOINT_NAME, OAuthRequest("POST", form, credentials)
    )
    return response


async def describe(request: Request) -> Response:
    return oauth_json(metadata(url_of(request), world_of(request).settings))


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
