"""Lets tokens expire early."""

from typing import Literal

from mockapi.domain.errors import TokenExpired as Expired
from mockapi.faults.answer import Answer
from mockapi.faults.base import AnsweringFault
from mockapi.faults.strike import Strike
from mockapi.faults.subject import Subject


class TokenExpired(AnsweringFault):
    """Refuses a good bearer token as expired, before its time; the token itself stays good."""

    kind: Literal["token_expired"] = "token_expired"

    def suits(self, subject: Subject) -> bool:
        return subject.api in ("partner", "user") and subject.token is not None

    def answer(self, strike: Strike) -> Answer | None:
        # A token that is refused anyway is refused for its own reason.
        token = strike.subject.token
        if token is None or strike.world.refusal(token) is not None:
            return None
        return strike.gate.refuse(strike.scope, Expired())
