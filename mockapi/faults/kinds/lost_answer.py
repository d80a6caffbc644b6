"""Lost response to a write."""

from http import HTTPStatus
from typing import ClassVar, Literal

from pydantic import Field

from mockapi.domain import injected_errors
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send, capture_response, dropped_response


class LostAnswer(FaultBase):
    """A successful write whose response is lost.

    The client cannot know whether the write succeeded. It did.
    """

    kind: Literal["lost_answer"] = "lost_answer"
    stage: ClassVar[Stage] = Stage.DELIVERY

    ending: Literal["closed", "reset", "timeout"] = Field(
        default="closed",
        description="Whether the connection is closed or reset, or the gateway returns 504.",
    )

    @property
    def needs_socket(self) -> bool:
        return self.ending != "timeout"

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.writes

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = await capture_response(app, scope, receive)
        # An error response means that nothing was written.
        if response.is_dropped or response.status >= HTTPStatus.BAD_REQUEST:
            context.mark_not_applied()
            await response.send(send)
        elif self.ending == "timeout":
            await context.api.error_response(scope, injected_errors.timed_out()).send(send)
        elif self.ending == "reset":
            await dropped_response(context.connection(receive).reset).send(send)
        else:
            await dropped_response(context.connection(receive).close_unread).send(send)
