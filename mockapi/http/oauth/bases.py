"""Names the bases of the OAuth endpoints (contract.md 1.4); written here and nowhere else."""

CANONICAL_BASE = "/ecostruxure/v1/oauth"
OLD_BASES = ("/openesx/v1/oauth", "/openesx/poc/v1/oauth")
IMPERSONATION_BASE = "/ecostruxure/v1/oauth-impersonate"
METADATA_PATH = "/.well-known/oauth-authorization-server"
"""Where clients find the metadata (RFC 8414)."""
