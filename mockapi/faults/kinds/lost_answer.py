"""Loses the answer on its way back."""

from http import HTTPStatus
from typing import ClassVar, Literal

from pydantic import Field

from mockapi.domain import injected_errors
from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.responses import App, Receive, Scope, Send, capture_response, dropped_response


class LostAnswer(FaultBase):
    """Lets the API do what a write asks for, and loses its answer.

    The client cannot know whether it happened. It did.
    """

    kind: Literal["lost_answer"] = "lost_answer"
    stage: ClassVar[Stage] = Stage.DELIVERY

    ending: Literal["closed", "reset", "timeout"] = Field(
        default="closed",
        description="The connection is closed or broken off, or the gateway answers 504.",
    )

    @property
    def needs_socket(self) -> bool:
        return self.ending != "timeout"

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.writes

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await capture_response(app, scope, receive)
        # Of a refusal nothing was written that could be lost.
        if answer.is_dropped or answer.status >= HTTPStatus.BAD_REQUEST:
            context.mark_not_applied()
            await answer.send(send)
        elif self.ending == "timeout":
            await context.api.refuse(scope, injected_errors.timed_out()).send(send)
        elif self.ending == "reset":
            await dropped_response(context.connection(receive).reset).send(send)
        else:
            await dropped_response(context.connection(receive).close_midway).send(send)
