"""Refuses tokens as revoked."""

from typing import Literal

from mockapi.domain import errors
from mockapi.faults.base import GoodTokenFault


class TokenRevoked(GoodTokenFault):
    """Refuses a good bearer token as revoked; the token itself stays good."""

    refusal = errors.TokenRevoked
    kind: Literal["token_revoked"] = "token_revoked"
