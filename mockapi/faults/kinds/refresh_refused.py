"""Refuses to refresh."""

from typing import Literal

from mockapi.faults.base import AnsweringFault
from mockapi.faults.context import Strike, Subject
from mockapi.faults.responses import Answer


class RefreshRefused(AnsweringFault):
    """Refuses a refresh token with `invalid_grant`; the token itself stays good."""

    kind: Literal["refresh_refused"] = "refresh_refused"

    def suits(self, subject: Subject) -> bool:
        return subject.operation == "token" and subject.form.get("grant_type") == "refresh_token"

    def answer(self, strike: Strike) -> Answer:
        return strike.gate.refuse_refresh(strike.scope)
