"""Incomplete body."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import SocketFault, Stage
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response


class TruncatedBody(SocketFault):
    """The headers and a part of the body, then a closed connection."""

    kind: Literal["truncated_body"] = "truncated_body"
    stage: ClassVar[Stage] = Stage.BYTES

    share: float = Field(default=0.5, ge=0, lt=1, description="Fraction of the body that is sent.")
    framing: Literal["chunked", "length"] = Field(
        default="chunked",
        description="Whether the last chunk is missing, or the end of `Content-Length` bytes.",
    )

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = await capture_response(app, scope, receive)
        if not response.body:
            context.mark_not_applied()
            await response.send(send)
            return
        headers = [each for each in response.headers if each[0] != b"content-length"]
        if self.framing == "length":
            headers.append((b"content-length", str(len(response.body)).encode()))
        part = response.body[: int(len(response.body) * self.share)]
        close = context.connection(receive).close_unread
        await BufferedResponse(response.status, headers, part, close).send(send)
