"""Shapes a warning, and lists every code that one may carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CODES: Mapping[str, str] = {
    "unknown-parameter": "a query parameter that the operation ignores",
    "unknown-member": "a member of a body that the operation ignores",
    "missing-scope": "let in without the scope that a strict edition wants",
    "older-path": "an older base or an older name of a resource",
    "window-gap": "windows of one site that leave time between them unread",
    "window-overlap": "windows of one site that read the same time again",
    "token-per-request": "a new token although the one before was still good",
    "no-back-off": "a request soon after a 429, before `Retry-After` was over",
    "dead-token": "a token that was used again after it was refused as expired or revoked",
    "no-content-type": "a body without `Content-Type`",
}
"""What each code means; the README lists them in these words."""


@dataclass(frozen=True)
class LintWarning:
    """What a client does wrong, and the requests that show it."""

    code: str
    explanation: str
    requests: Sequence[int]
