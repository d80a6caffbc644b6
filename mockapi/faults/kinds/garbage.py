"""Response that is not HTTP."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.domain import ids
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import SocketFault, Stage
from mockapi.faults.responses import App, Receive, Scope, Send

_DIGEST_BYTES = 64


class Garbage(SocketFault):
    """Random bytes instead of HTTP, then a close; the API does not receive the request."""

    kind: Literal["garbage"] = "garbage"
    stage: ClassVar[Stage] = Stage.CONNECTION

    size: int = Field(default=512, ge=1, le=1_000_000, description="Number of bytes.")

    def random_bytes(self, context: FaultContext) -> bytes:
        """Return the bytes. The first one is NUL, which cannot start an HTTP response."""
        seed = int(context.draw("garbage") * 2**53)
        pieces = [
            ids.digest(seed, number, size=_DIGEST_BYTES)
            for number in range(self.size // _DIGEST_BYTES + 1)
        ]
        return (b"\x00" + b"".join(pieces))[: self.size]

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        connection = context.connection(receive)
        connection.write(self.random_bytes(context))
        await connection.close()
