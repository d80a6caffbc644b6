"""Names the scopes, with the words of the consent page (docs/contract/oauth.md#scopes)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Literal


class Scope(StrEnum):
    """One permission that a customer can grant."""

    READ_SITE = "read:site"
    READ_ENERGY_PERFORMANCE = "read:energy-performance"
    WRITE_ENERGY_SCORE = "write:energy-score"
    READ_ENERGY_SCORE = "read:energy-score"
    OFFLINE_ACCESS = "offline_access"
    READ_ASSET = "read:asset"
    WRITE_SCORING_REQUEST = "write:scoring-request"


@dataclass(frozen=True)
class ScopeText:
    """A scope as a person reads it."""

    title: str
    need: str


TEXTS: Mapping[Scope, ScopeText] = {
    Scope.READ_SITE: ScopeText("Read Site", "Need to receive reading access to your site details."),
    Scope.READ_ENERGY_PERFORMANCE: ScopeText(
        "Read Energy Performance",
        "Need to receive reading access to your site energy performance details.",
    ),
    Scope.WRITE_ENERGY_SCORE: ScopeText(
        "Write Energy Score", "Need to receive writing access to your site energy score."
    ),
    Scope.READ_ENERGY_SCORE: ScopeText(
        "Read Energy Score", "Need to receive reading access to your site energy score."
    ),
    Scope.OFFLINE_ACCESS: ScopeText("Offline Access", "Maintain access to data offline"),
    # assumption: the two scopes below were never seen on a consent page; their texts follow
    # those of the others.
    Scope.READ_ASSET: ScopeText(
        "Read Asset", "Need to receive reading access to your asset details."
    ),
    Scope.WRITE_SCORING_REQUEST: ScopeText(
        "Write Scoring Request", "Need to receive writing access to your site scoring requests."
    ),
}

ALL_SCOPES = frozenset(Scope)


def parse_scopes(text: str) -> frozenset[Scope]:
    """Return the scopes in *text*, separated by spaces; an unknown one raises `ValueError`."""
    words = text.split()
    for word in words:
        if word not in frozenset(Scope):
            raise ValueError(f"{word!r} is no scope; there are {', '.join(Scope)}")
    return frozenset(map(Scope, words))


def join_scopes(scopes: Iterable[str]) -> str:
    """Return *scopes* in the order of their declaration, separated by spaces."""
    chosen = frozenset(scopes)
    return " ".join(scope.value for scope in Scope if scope in chosen)


ACCESS_TOKEN_LIFETIME = timedelta(seconds=3599)
"""What the vendor calls an hour, and its token endpoint 3599 (docs/contract/oauth.md#tokens)."""

CODE_LIFETIME = timedelta(minutes=10)
"""assumption: the vendor states no lifetime for codes; ten minutes is RFC 6749's advice."""

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""assumption: the vendor states one hour for access tokens and nothing for refresh tokens."""

TOKEN_ID_LENGTH = 16
"""How much of a token's hash names it to people: enough to find it by, not to use it."""

PAT_DEFAULT_LIFETIME = timedelta(days=90)
PAT_LONGEST_LIFETIME = timedelta(days=365)
"""assumption: the vendor says that the customer chooses a period, not how long it may be."""


class TokenKind(StrEnum):
    """What a stored token may be used for."""

    ACCESS = "access"
    REFRESH = "refresh"
    PERSONAL = "personal"


TokenState = Literal["live", "expired", "revoked"]


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
