"""Rejected refresh tokens."""

from typing import Literal

from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import ResponseFault
from mockapi.faults.responses import BufferedResponse


class RefreshRefused(ResponseFault):
    """The rejection of a refresh token with `invalid_grant`; the token stays valid."""

    kind: Literal["refresh_refused"] = "refresh_refused"

    def applies_to(self, request_info: RequestInfo) -> bool:
        return (
            request_info.operation == "token"
            and request_info.form.get("grant_type") == "refresh_token"
        )

    def respond(self, context: FaultContext) -> BufferedResponse:
        return context.api.refresh_error_response(context.scope)
