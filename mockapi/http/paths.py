"""Paths of the OAuth endpoints (docs/contract/paths.md#oauth-endpoints, RFC 8414).

No other module spells them out.
"""

CANONICAL_BASE = "/ecostruxure/v1/oauth"
OLD_BASES = ("/openesx/v1/oauth", "/openesx/poc/v1/oauth")
IMPERSONATION_BASE = "/ecostruxure/v1/oauth-impersonate"
METADATA_PATH = "/.well-known/oauth-authorization-server"
"""Where clients find the metadata (RFC 8414)."""
DOCS_CALLBACK = "/static/swagger-ui/oauth2-redirect.html"
"""Where Swagger UI receives the authorization code."""
CONSOLE_CALLBACK = "/console/oauth/callback"
"""Where the console lets a customer come back to who tries the flow there."""
