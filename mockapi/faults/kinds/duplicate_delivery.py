"""Delivers a request more than once."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.context import FaultContext
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
    """Delivers the request to the API several times, as a proxy that retries does.

    The client gets the last answer: the second of two scoring requests, for one, is a conflict.
    Several such faults on one request multiply, up to 100 deliveries.
    """

    kind: Literal["duplicate_delivery"] = "duplicate_delivery"
    stage: ClassVar[Stage] = Stage.DELIVERY

    copies: int = Field(default=2, ge=2, le=10, description="How often it is delivered.")

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
            # From the client: a stream that waits for its disconnect must not take the body that
            # the last delivery reads. A copy of the scope, for the API notes in it where the
            # request is mounted.
            await capture_response(app, {**scope}, replay_body(body, client))
        request.deliveries = outer * copies
        await app({**scope}, receive, send)
