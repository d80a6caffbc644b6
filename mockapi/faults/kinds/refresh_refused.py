"""Refuses to refresh."""

from typing import Literal

from mockapi.faults.base import AnsweringFault
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.responses import Answer


class RefreshRefused(AnsweringFault):
    """Refuses a refresh token with `invalid_grant`; the token itself stays good."""

    kind: Literal["refresh_refused"] = "refresh_refused"

    def suits(self, subject: RequestInfo) -> bool:
        return subject.operation == "token" and subject.form.get("grant_type") == "refresh_token"

    def answer(self, context: FaultContext) -> Answer:
        return context.api.refuse_refresh(context.scope)
