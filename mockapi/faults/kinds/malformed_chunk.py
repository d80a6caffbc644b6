"""Breaks the transfer's own framing."""

from typing import ClassVar, Literal

from mockapi.faults.base import SocketFault, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response

_CHUNK = b"mock\r\n"
"""Where the size of a chunk belongs, in hexadecimal: `m` is no such digit."""


class MalformedChunk(SocketFault):
    """Sends half of the body in a good chunk, then one whose size is no number, and closes."""

    kind: Literal["malformed_chunk"] = "malformed_chunk"
    stage: ClassVar[Stage] = Stage.BYTES

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await capture_response(app, scope, receive)
        # HTTP/1.0 knows no chunks, and neither has an answer without a body.
        if not answer.body or scope.get("http_version") != "1.1":
            context.mark_not_applied()
            await answer.send(send)
            return
        headers = [each for each in answer.headers if each[0] != b"content-length"]
        half = len(answer.body) // 2
        connection = context.connection(receive)

        async def end() -> None:
            connection.write(_CHUNK + answer.body[half:])
            await connection.close_midway()

        await BufferedResponse(answer.status, headers, answer.body[:half], end).send(send)
