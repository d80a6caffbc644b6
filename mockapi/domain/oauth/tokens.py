"""Says what a bearer token stands for, and for how long each kind lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from mockapi.domain.oauth.scopes import Scope

ACCESS_TOKEN_LIFETIME = timedelta(seconds=3599)
"""What the vendor calls an hour, and its token endpoint 3599 (contract.md 2.3)."""

CODE_LIFETIME = timedelta(minutes=10)
"""inferred: the vendor states no lifetime for codes; ten minutes is RFC 6749's advice."""

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""inferred: the vendor states one hour for access tokens and nothing for refresh tokens."""

TOKEN_ID_LENGTH = 16
"""How much of a token's hash names it to people: enough to find it by, not to use it."""

PAT_DEFAULT_LIFETIME = timedelta(days=90)
PAT_LONGEST_LIFETIME = timedelta(days=365)
"""inferred: the vendor says that the customer chooses a period, not how long it may be."""


class TokenKind(StrEnum):
    """What a stored token may be used for."""

    ACCESS = "access"
    REFRESH = "refresh"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Bearer:
    """Whom a bearer token speaks for, once it was found to be valid."""

    customer_id: str
    client_id: str | None
    scopes: frozenset[Scope]
    kind: TokenKind
    sandbox: bool
    expires_at: datetime


def hash_of(token: str) -> str:
    """Return what is kept of *token*: its SHA-256, never the token itself."""
    return sha256(token.encode()).hexdigest()


def id_of(token_hash: str) -> str:
    """Return the id by which people tell tokens apart: the beginning of the hash."""
    return token_hash[:TOKEN_ID_LENGTH]
