"""JSON responses, buffered and streamed, and the `Date` header."""

from collections.abc import Iterator
from email.utils import format_datetime
from http import HTTPStatus

from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.types import Message, Send

from mockapi.domain.clock import Clock


def with_date_header(send: Send, clock: Clock) -> Send:
    """Return a `send` that adds a `Date` header with the time of *clock*."""

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = format_datetime(clock.now(), usegmt=True).encode()
            message = {**message, "headers": [(b"date", date), *message.get("headers", ())]}
        await send(message)

    return send_dated


JSON = "application/json"


def json_response(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a response with *body*, encoded JSON; without charset, as recorded."""
    return Response(body, status, media_type=JSON)


def streaming_json_response(pieces: Iterator[bytes]) -> Response:
    """Return a response that streams *pieces* of JSON, which a thread generates."""
    return StreamingResponse(pieces, media_type=JSON)
