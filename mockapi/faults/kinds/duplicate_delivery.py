"""Repeated delivery of a request."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.responses import (
    App,
    Receive,
    Scope,
    Send,
    capture_response,
    read_body,
    replay_body,
)

_MOST = 100


class DuplicateDelivery(FaultBase):
    """Repeated delivery of the request to the API, as by a proxy that retries.

    The client gets the last response: for example, the second of two scoring requests is a
    conflict. The numbers of several such faults multiply, up to 100 deliveries.
    """

    kind: Literal["duplicate_delivery"] = "duplicate_delivery"
    stage: ClassVar[Stage] = Stage.DELIVERY

    copies: int = Field(default=2, ge=2, le=10, description="Number of deliveries.")

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        client = receive
        body, receive = await read_body(client, context.body_limit)
        if len(body) > context.body_limit:
            context.mark_not_applied()
            await app(scope, receive, send)
            return
        request = context.request
        outer = request.deliveries
        copies = min(self.copies, _MOST // outer)
        for _ in range(copies - 1):
            request.deliveries = outer * copies
            # With the client's own `receive`: a stream that waits for a disconnect must not read
            # the body of the last delivery. With a copy of the scope, because the API writes its
            # root path into it.
            await capture_response(app, {**scope}, replay_body(body, client))
        request.deliveries = outer * copies
        await app({**scope}, receive, send)
