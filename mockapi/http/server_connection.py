"""The ASGI extension by which the server of `mockapi.server` describes a connection."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, NamedTuple

from mockapi.http.shutdown import ShutdownSignal

_EXTENSION = "mockapi.server"

Scope = MutableMapping[str, Any]


class ServerConnection(NamedTuple):
    """The socket that requests come by, and the server that it belongs to."""

    transport: asyncio.Transport
    host: str
    """The address that the server listens on."""
    shutdown: ShutdownSignal


def put_connection(scope: Scope, connection: ServerConnection) -> None:
    """Add *connection* to the extensions in *scope*."""
    scope["extensions"] = {**scope.get("extensions", {}), _EXTENSION: connection}


def connection_of(scope: Scope) -> ServerConnection | None:
    """Return the connection that the request came by; None in-process, without a socket."""
    connection: ServerConnection | None = (scope.get("extensions") or {}).get(_EXTENSION)
    return connection


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """Return the socket that the request came by; None in-process."""
    connection = connection_of(scope)
    return None if connection is None else connection.transport


def shutdown_of(scope: Scope) -> ShutdownSignal:
    """Return the signal that the server stops; in-process it is never set."""
    connection = connection_of(scope)
    return ShutdownSignal() if connection is None else connection.shutdown
