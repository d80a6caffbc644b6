"""Slow transfer of the body."""

from typing import ClassVar, Literal

import anyio
from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import App, Receive, Scope, Send, capture_response


class SlowDribble(FaultBase):
    """A response whose body is sent in small pieces with a pause before each.

    The headers are sent at once, and the body takes `seconds` in total. A single pause can be
    shorter than a client's timeout.
    """

    kind: Literal["slow_dribble"] = "slow_dribble"
    stage: ClassVar[Stage] = Stage.BYTES

    seconds: float = Field(
        gt=0, le=120, description="Duration of the transfer of the body in seconds."
    )
    pieces: int = Field(default=10, ge=2, le=1_000, description="Number of pieces.")

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = await capture_response(app, scope, receive)
        if response.is_dropped:
            context.mark_not_applied()
            await response.send(send)
            return
        size = -(-len(response.body) // self.pieces) or 1
        await send(response.start())
        for place in range(0, len(response.body), size):
            await anyio.sleep(self.seconds / self.pieces)
            piece = response.body[place : place + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        if response.close is None:
            await send({"type": "http.response.body", "body": b""})
        await response.finish(send)
