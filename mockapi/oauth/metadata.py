"""Authorization server metadata (RFC 8414)."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from mockapi.domain.oauth import Scope
from mockapi.http.address import CANONICAL_BASE, CONSOLE_CALLBACK, DOCS_CALLBACK
from mockapi.http.context import requested_url_of, url_of, world_of
from mockapi.oauth.clients import AUTH_METHODS
from mockapi.settings import Settings


def console_callbacks(request: Request) -> frozenset[str]:
    """Return the redirect URIs of the console's OAuth flow."""
    # assumption: the console's page is a redirect URI of every client, so that each can be used
    # there.
    return _own_urls(request, CONSOLE_CALLBACK) if world_of(request).settings.admin else frozenset()


def own_callbacks(request: Request) -> frozenset[str]:
    """Return the redirect URIs that every client has: those of the console and Swagger UI."""
    # assumption: Swagger UI's page is a redirect URI of every client, too.
    return console_callbacks(request) | _own_urls(request, DOCS_CALLBACK)


def _own_urls(request: Request, path: str) -> frozenset[str]:
    return frozenset({url_of(request) + path, requested_url_of(request) + path})


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
