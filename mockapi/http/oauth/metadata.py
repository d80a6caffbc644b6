"""Tells clients where the endpoints are and what they can do (RFC 8414)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from mockapi.domain.oauth.scopes import Scope
from mockapi.http.oauth.bases import CANONICAL_BASE
from mockapi.http.oauth.clients import AUTH_METHODS
from mockapi.http.request import root_of, world_of
from mockapi.settings import Settings


def issuer_of(request: Request) -> str:
    """Return the world's address as clients know it: as set, or as this request came in."""
    server = world_of(request).settings.public_url
    if server is None:
        server = f"{request.base_url.scheme}://{request.base_url.netloc}"
    return server + root_of(request)


def metadata(issuer: str, settings: Settings) -> Mapping[str, Any]:
    """Return the metadata document of the server known as *issuer*."""
    # inferred: no metadata are published; these are as RFC 8414 has them.
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
