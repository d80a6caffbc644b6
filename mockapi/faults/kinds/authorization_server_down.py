"""Takes the authorization server down."""

from typing import Literal

from pydantic import Field

from mockapi.domain import injected_errors
from mockapi.faults.base import ResponseFault
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.responses import BufferedResponse

_ERRORS = {
    502: injected_errors.bad_gateway,
    503: injected_errors.unavailable,
    504: injected_errors.timed_out,
}


class AuthorizationServerDown(ResponseFault):
    """Answers every OAuth endpoint with an outage; tokens that are out still open both APIs."""

    kind: Literal["authorization_server_down"] = "authorization_server_down"
    status: Literal[502, 503, 504] = Field(default=503, description="HTTP status.")
    retry_after: int | None = Field(
        default=None, ge=0, le=86_400, description="Seconds, as a `Retry-After` header."
    )

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.api == "oauth"

    def answer(self, context: FaultContext) -> BufferedResponse:
        answer = context.api.refuse(context.scope, _ERRORS[self.status]())
        if self.retry_after is not None:
            answer = answer.with_header("retry-after", str(self.retry_after))
        return answer
