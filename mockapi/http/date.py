"""Writes the header `Date` by a world's clock, in the place of the server's own."""

from email.utils import format_datetime

from starlette.types import Message, Send

from mockapi.domain.clock import Clock


def dated(send: Send, clock: Clock) -> Send:
    """Return *send*, which then says in `Date` what time it is by *clock*."""

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = format_datetime(clock.now(), usegmt=True).encode()
            message = {**message, "headers": [(b"date", date), *message.get("headers", ())]}
        await send(message)

    return send_dated
