"""Names the scopes, with the words of the consent page (contract.md 2.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    # inferred: the two scopes below were never seen on a consent page; their texts follow
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
