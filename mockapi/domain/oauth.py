"""Scopes with their texts, tokens and lifetimes (docs/contract/oauth.md#scopes)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Literal


class Scope(StrEnum):
    """A permission that a customer can grant."""

    READ_SITE = "read:site"
    READ_ENERGY_PERFORMANCE = "read:energy-performance"
    WRITE_ENERGY_SCORE = "write:energy-score"
    READ_ENERGY_SCORE = "read:energy-score"
    OFFLINE_ACCESS = "offline_access"
    READ_ASSET = "read:asset"
    WRITE_SCORING_REQUEST = "write:scoring-request"


@dataclass(frozen=True)
class ScopeText:
    """The texts of a scope on the consent page."""

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
    # assumption: the two scopes below were never recorded on a consent page; their texts follow
    # the others.
    Scope.READ_ASSET: ScopeText(
        "Read Asset", "Need to receive reading access to your asset details."
    ),
    Scope.WRITE_SCORING_REQUEST: ScopeText(
        "Write Scoring Request", "Need to receive writing access to your site scoring requests."
    ),
}

ALL_SCOPES = frozenset(Scope)


def parse_scopes(text: str) -> frozenset[Scope]:
    """Return the scopes in *text*, separated by spaces. Raise `ValueError` if one is unknown."""
    words = text.split()
    for word in words:
        if word not in frozenset(Scope):
            raise ValueError(f"{word!r} is not a scope; use {', '.join(Scope)}")
    return frozenset(map(Scope, words))


def join_scopes(scopes: Iterable[str]) -> str:
    """Return *scopes* in the order of their declaration, separated by spaces."""
    chosen = frozenset(scopes)
    return " ".join(scope.value for scope in Scope if scope in chosen)


ACCESS_TOKEN_LIFETIME = timedelta(seconds=3599)
"""One hour according to the vendor, 3599 in its responses (docs/contract/oauth.md#tokens)."""

CODE_LIFETIME = timedelta(minutes=10)
"""assumption: the vendor gives no lifetime for codes; RFC 6749 recommends ten minutes."""

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
"""assumption: the vendor gives a lifetime only for access tokens, not for refresh tokens."""

TOKEN_ID_LENGTH = 16
"""Length of the part of a token's hash that is its id."""

PAT_DEFAULT_LIFETIME = timedelta(days=90)
PAT_LONGEST_LIFETIME = timedelta(days=365)
"""assumption: the customer chooses a period; its maximum is not published."""


class TokenKind(StrEnum):
    """The kind of a stored token."""

    ACCESS = "access"
    REFRESH = "refresh"
    PERSONAL = "personal"


TokenState = Literal["live", "expired", "revoked"]


@dataclass(frozen=True)
class Bearer:
    """The customer, client and scopes of a valid bearer token."""

    customer_id: str
    client_id: str | None
    scopes: frozenset[Scope]
    kind: TokenKind
    sandbox: bool
    expires_at: datetime


def hash_of(token: str) -> str:
    """Return the SHA-256 of *token*, which is stored instead of the token."""
    return sha256(token.encode()).hexdigest()


def id_of(token_hash: str) -> str:
    """Return the id of a token: the beginning of its hash."""
    return token_hash[:TOKEN_ID_LENGTH]
