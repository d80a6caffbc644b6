"""Outage of the authorization server."""

from typing import Literal

from pydantic import Field

from mockapi.domain import injected_errors
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import ResponseFault
from mockapi.faults.responses import BufferedResponse

_ERRORS = {
    502: injected_errors.bad_gateway,
    503: injected_errors.unavailable,
    504: injected_errors.timed_out,
}


class AuthorizationServerDown(ResponseFault):
    """An outage of every OAuth endpoint; issued tokens remain valid for both APIs."""

    kind: Literal["authorization_server_down"] = "authorization_server_down"
    status: Literal[502, 503, 504] = Field(default=503, description="HTTP status.")
    retry_after: int | None = Field(
        default=None, ge=0, le=86_400, description="Value of the `Retry-After` header, in seconds."
    )

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api == "oauth"

    def respond(self, context: FaultContext) -> BufferedResponse:
        response = context.api.error_response(context.scope, _ERRORS[self.status]())
        if self.retry_after is not None:
            response = response.with_header("retry-after", str(self.retry_after))
        return response
