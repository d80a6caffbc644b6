"""Lets tokens expire early."""

from typing import Literal

from mockapi.domain import errors
from mockapi.faults.base import ValidTokenFault


class TokenExpiredFault(ValidTokenFault):
    """Refuses a good bearer token as expired, before its time; the token itself stays good."""

    refusal = errors.TokenExpired
    kind: Literal["token_expired"] = "token_expired"
