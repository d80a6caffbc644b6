"""Closed connection without a response."""

from typing import ClassVar, Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import SocketFault, Stage
from mockapi.faults.responses import App, Receive, Scope, Send


class EmptyReply(SocketFault):
    """A connection closed without a single byte; the API does not receive the request."""

    kind: Literal["empty_reply"] = "empty_reply"
    stage: ClassVar[Stage] = Stage.CONNECTION

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await context.connection(receive).close()
