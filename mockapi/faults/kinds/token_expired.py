"""Access tokens rejected as expired."""

from typing import Literal

from mockapi.domain import errors
from mockapi.faults.fault_base import ValidTokenFault


class TokenExpiredFault(ValidTokenFault):
    """The rejection of a valid bearer token as expired; the token stays valid."""

    refusal = errors.TokenExpired
    kind: Literal["token_expired"] = "token_expired"
