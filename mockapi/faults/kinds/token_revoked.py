"""Refuses tokens as revoked."""

from typing import Literal

from mockapi.domain.errors import TokenRevoked as Revoked
from mockapi.faults.answer import Answer
from mockapi.faults.base import AnsweringFault
from mockapi.faults.strike import Strike
from mockapi.faults.subject import Subject


class TokenRevoked(AnsweringFault):
    """Refuses a good bearer token as revoked; the token itself stays good."""

    kind: Literal["token_revoked"] = "token_revoked"

    def suits(self, subject: Subject) -> bool:
        return subject.api in ("partner", "user") and subject.token is not None

    def answer(self, strike: Strike) -> Answer | None:
        token = strike.subject.token
        if token is None or strike.world.refusal(token) is not None:
            return None
        return strike.gate.refuse(strike.scope, Revoked())
