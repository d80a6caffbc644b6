"""TCP reset."""

from typing import ClassVar, Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import SocketFault, Stage
from mockapi.faults.responses import App, Receive, Scope, Send


class ConnectionReset(SocketFault):
    """A TCP reset of the connection; the API does not receive the request."""

    kind: Literal["connection_reset"] = "connection_reset"
    stage: ClassVar[Stage] = Stage.CONNECTION

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await context.connection(receive).reset()
