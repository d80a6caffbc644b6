"""Access tokens rejected as revoked."""

from typing import Literal

from mockapi.domain import errors
from mockapi.faults.fault_base import ValidTokenFault


class TokenRevokedFault(ValidTokenFault):
    """The rejection of a valid bearer token as revoked; the token stays valid."""

    refusal = errors.TokenRevoked
    kind: Literal["token_revoked"] = "token_revoked"
