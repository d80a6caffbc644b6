"""Delivers a request more than once."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.answer import answer_of, body_of, replayed
from mockapi.faults.asgi import App, Receive, Scope, Send
from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.strike import Strike


class DuplicateDelivery(FaultBase):
    """Delivers the request to the API several times, as a proxy that retries does.

    The client gets the last answer: the second of two scoring requests, for one, is a conflict.
    """

    kind: Literal["duplicate_delivery"] = "duplicate_delivery"
    stage: ClassVar[Stage] = Stage.DELIVERY

    copies: int = Field(default=2, ge=2, le=10, description="How often it is delivered.")

    async def apply(
        self, strike: Strike, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        body, receive = await body_of(receive, strike.body_limit)
        if len(body) > strike.body_limit:
            strike.missed()
        else:
            for _ in range(self.copies - 1):
                # A copy of the scope, for the API notes in it where the request is mounted.
                await answer_of(app, {**scope}, replayed(body, receive))
        await app(scope, receive, send)
