"""Refuses tokens as revoked."""

from typing import Literal

from mockapi.domain import errors
from mockapi.faults.base import ValidTokenFault


class TokenRevokedFault(ValidTokenFault):
    """Refuses a good bearer token as revoked; the token itself stays good."""

    refusal = errors.TokenRevoked
    kind: Literal["token_revoked"] = "token_revoked"
