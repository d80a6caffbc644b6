"""Closes the connection without a word."""

from typing import ClassVar, Literal

from mockapi.faults.base import SocketFault, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, Receive, Scope, Send


class EmptyReply(SocketFault):
    """Closes the connection in order without a single byte; the API never sees the request."""

    kind: Literal["empty_reply"] = "empty_reply"
    stage: ClassVar[Stage] = Stage.CONNECTION

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await context.connection(receive).close()
