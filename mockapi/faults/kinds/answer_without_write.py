"""Successful response to a write that is discarded."""

from typing import ClassVar, Literal

from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send


class AnswerWithoutWrite(FaultBase):
    """A successful response to a write that is discarded: it is made in a copy of the world."""

    kind: Literal["answer_without_write"] = "answer_without_write"
    stage: ClassVar[Stage] = Stage.DATA

    def applies_to(self, request_info: RequestInfo) -> bool:
        return request_info.writes

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        with context.world.temporary_copy() as copy, context.request.in_world(copy):
            await app(scope, receive, send)
