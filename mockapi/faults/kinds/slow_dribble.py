"""Sends an answer drop by drop."""

from typing import ClassVar, Literal

import anyio
from pydantic import Field

from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, Receive, Scope, Send, capture_response


class SlowDribble(FaultBase):
    """Sends the head at once and the body in small pieces with a pause before each.

    No single pause need exceed a client's timeout; the whole takes `seconds`.
    """

    kind: Literal["slow_dribble"] = "slow_dribble"
    stage: ClassVar[Stage] = Stage.BYTES

    seconds: float = Field(gt=0, le=120, description="Seconds that the whole body takes.")
    pieces: int = Field(default=10, ge=2, le=1_000, description="How many pieces it comes in.")

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await capture_response(app, scope, receive)
        if answer.is_dropped:
            context.mark_not_applied()
            await answer.send(send)
            return
        size = -(-len(answer.body) // self.pieces) or 1
        await send(answer.start())
        for place in range(0, len(answer.body), size):
            await anyio.sleep(self.seconds / self.pieces)
            piece = answer.body[place : place + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if answer.ending is None:
            await send({"type": "http.response.body", "body": b""})
        await answer.end(send)
