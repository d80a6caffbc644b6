"""Invalid chunk in a chunked response."""

from typing import ClassVar, Literal

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import SocketFault, Stage
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response

_CHUNK = b"mock\r\n"
"""A chunk size that is not hexadecimal."""


class MalformedChunk(SocketFault):
    """Half of the body in a valid chunk, then a chunk with an invalid size, then a close."""

    kind: Literal["malformed_chunk"] = "malformed_chunk"
    stage: ClassVar[Stage] = Stage.BYTES

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = await capture_response(app, scope, receive)
        # HTTP/1.0 and responses without a body have no chunks.
        if not response.body or scope.get("http_version") != "1.1":
            context.mark_not_applied()
            await response.send(send)
            return
        headers = [each for each in response.headers if each[0] != b"content-length"]
        half = len(response.body) // 2
        connection = context.connection(receive)

        async def send_invalid_chunk() -> None:
            connection.write(_CHUNK + response.body[half:])
            await connection.close_unread()

        await BufferedResponse(
            response.status, headers, response.body[:half], send_invalid_chunk
        ).send(send)
