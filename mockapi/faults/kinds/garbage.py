"""Answers with bytes that are no HTTP."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.domain import ids
from mockapi.faults.base import SocketFault, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, Receive, Scope, Send

_A_DIGEST = 64


class Garbage(SocketFault):
    """Answers with drawn bytes that are no HTTP, and closes; the API never sees the request."""

    kind: Literal["garbage"] = "garbage"
    stage: ClassVar[Stage] = Stage.CONNECTION

    size: int = Field(default=512, ge=1, le=1_000_000, description="How many bytes.")

    def bytes_of(self, context: FaultContext) -> bytes:
        """Return the bytes; the first is none that an answer can begin with."""
        seed = int(context.draw("garbage") * 2**53)
        pieces = [
            ids.digest(seed, number, size=_A_DIGEST) for number in range(self.size // _A_DIGEST + 1)
        ]
        return (b"\x00" + b"".join(pieces))[: self.size]

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        connection = context.connection(receive)
        connection.write(self.bytes_of(context))
        await connection.close()
