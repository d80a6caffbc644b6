"""Refuses bearer tokens that are good, as faults of tokens do."""

from typing import ClassVar

from mockapi.domain.errors import TokenExpired, TokenRevoked
from mockapi.faults.answer import Answer
from mockapi.faults.base import AnsweringFault
from mockapi.faults.strike import Strike
from mockapi.faults.subject import Subject


class GoodTokenFault(AnsweringFault):
    """A fault that refuses a good bearer token with *refusal*; the token itself stays good."""

    refusal: ClassVar[type[TokenExpired | TokenRevoked]]

    def suits(self, subject: Subject) -> bool:
        return subject.api in ("partner", "user") and subject.token is not None

    def answer(self, strike: Strike) -> Answer | None:
        # A token that is refused anyway is refused for its own reason.
        token = strike.subject.token
        if token is None or strike.world.refusal(token) is not None:
            return None
        return strike.gate.refuse(strike.scope, self.refusal())
