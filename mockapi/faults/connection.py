"""Reaches below HTTP: closes a connection, breaks it off, writes what is no HTTP at all."""

import asyncio
import socket
import struct
from collections.abc import Callable

from mockapi.faults.asgi import Receive, Scope

EXTENSION = "mockapi.transport"
"""Where in `scope["extensions"]` the server of `mockapi.server` leaves the transport."""

ENDING = "mockapi.ending"
"""Where the scope holds what is called before a fault ends the connection, or writes beside the
server: whoever keeps a record finishes it before the client can know."""

_LINGER_NOT = struct.pack("ii", 1, 0)


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """Return the connection that *scope* came by; None where there is no socket."""
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(EXTENSION)
    return transport


class Connection:
    """The connection of one request; *ending* is called before any of it is broken."""

    def __init__(
        self, transport: asyncio.Transport, receive: Receive, ending: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._receive = receive
        self._ending = ending

    def write(self, data: bytes) -> None:
        """Put bytes on the line beside what the server writes."""
        self._ending()
        self._transport.write(data)

    async def close(self) -> None:
        """End the connection in order, after what is written so far."""
        # Unread bytes of the request would turn the end into a reset.
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                break
        await self.close_midway()

    async def close_midway(self) -> None:
        """End the connection after what is written so far; the request was read before."""
        self._ending()
        self._transport.close()
        await self._gone()

    async def reset(self) -> None:
        """Break the connection off: the client sees ECONNRESET."""
        self._ending()
        line = self._transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()
        await self._gone()

    async def _gone(self) -> None:
        # The server complains of an answer that does not come, unless it knows why.
        while (await self._receive())["type"] != "http.disconnect":
            pass
