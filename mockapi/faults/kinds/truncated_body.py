"""Stops in the middle of an answer."""

from typing import ClassVar, Literal

from pydantic import Field

from mockapi.faults.base import SocketFault, Stage
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import App, BufferedResponse, Receive, Scope, Send, capture_response


class TruncatedBody(SocketFault):
    """Sends the head and a part of the body, and closes the connection."""

    kind: Literal["truncated_body"] = "truncated_body"
    stage: ClassVar[Stage] = Stage.BYTES

    share: float = Field(
        default=0.5, ge=0, lt=1, description="Share of the body's bytes that is sent."
    )
    framing: Literal["chunked", "length"] = Field(
        default="chunked",
        description="Whether the last chunk is missing, or bytes that `Content-Length` promised.",
    )

    async def apply(
        self, context: FaultContext, app: App, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = await capture_response(app, scope, receive)
        if not answer.body:
            context.mark_not_applied()
            await answer.send(send)
            return
        headers = [each for each in answer.headers if each[0] != b"content-length"]
        if self.framing == "length":
            headers.append((b"content-length", str(len(answer.body)).encode()))
        part = answer.body[: int(len(answer.body) * self.share)]
        ending = context.connection(receive).close_midway
        await BufferedResponse(answer.status, headers, part, ending).send(send)
