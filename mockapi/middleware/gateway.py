"""Emulation of the vendor's API gateway: routing to a product, and response headers."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.api.error_responses import error_response
from mockapi.api.products import PRODUCTS
from mockapi.domain.edition import Edition
from mockapi.domain.errors import BasePathUnknown, BodyTooLarge
from mockapi.http.address import CANONICAL_BASE, IMPERSONATION_BASE, OLD_BASES
from mockapi.http.context import context_in
from mockapi.http.responses import with_date_header
from mockapi.settings import DateHeader

RECORDED_HEADERS: Sequence[tuple[bytes, bytes]] = (
    (b"vary", b"Origin"),
    (b"vary", b"Access-Control-Request-Method"),
    (b"vary", b"Access-Control-Request-Headers"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-xss-protection", b"1; mode=block"),
    (b"cache-control", b"no-cache, no-store, max-age=0, must-revalidate"),
    (b"pragma", b"no-cache"),
    (b"expires", b"0"),
    (b"strict-transport-security", b"max-age=15724800; includeSubDomains"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (
        b"content-security-policy",
        b"default-src https: 'unsafe-inline' 'unsafe-eval' data: blob: mediastream:; font-src *;",
    ),
    (
        b"permissions-policy",
        (
            b"geolocation=(),midi=(),sync-xhr=(),microphone=(),camera=(),magnetometer=(),"
            b"gyroscope=(),fullscreen=(self),payment=()"
        ),
    ),
    (b"referrer-policy", b"strict-origin"),
)
"""Headers of every recorded response, in order (docs/contract/headers.md#response-headers)."""

OAUTH_BASES = tuple(f"{base}/" for base in (CANONICAL_BASE, IMPERSONATION_BASE, *OLD_BASES))
"""Base paths of the OAuth endpoints; two of them are below a base of the Partner API."""

_API_ROOTS = ("/ecostruxure/", "/openesx/")
"""assumption: paths below these belong to the gateway, which has no other proxy there."""


_OLDER_BASES = frozenset(base for product in PRODUCTS for base in product.bases[1:])


def is_api_path(path: str) -> bool:
    """Return True if *path* belongs to the gateway and not to OAuth."""
    return path.startswith(_API_ROOTS) and not path.startswith(OAUTH_BASES)


class Gateway:
    """ASGI middleware that routes requests to a product by base path, and all others to *app*."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_in(scope)
        world = context.world
        world.timeline.catch_up()
        if world.settings.date_header is DateHeader.WORLD:
            send = with_date_header(send, world.clock)
        if scope["method"] == "HEAD":
            # assumption: HEAD is supported wherever GET is, as in Spring.
            receive, send = _disconnecting_after_headers(receive, send)
            # A copy of the scope, because the server must still know that it sends no body.
            scope = {**scope, "method": "GET"}
        if not is_api_path(context.path):
            await self._app(scope, receive, send)
            return
        products = build_products(world.edition, strict_paths=world.settings.strict_paths)
        base = context.base
        if base not in products:
            refusal = error_response(Request(scope), BasePathUnknown(context.path))
            await refusal(scope, receive, with_gateway_headers(send))
            return
        scope["root_path"] = scope.get("root_path", "") + base
        if base in _OLDER_BASES:
            context.annotations.older_paths = (base,)
        send = with_gateway_headers(send)
        await products[base](scope, _limited(receive, world.settings.max_body_bytes), send)


@lru_cache
def build_products(edition: Edition, *, strict_paths: bool) -> Mapping[str, ASGIApp]:
    """Return the app of the product for each base. Worlds of the same edition share them.

    The apps have no state; the state of a request is in its scope.
    """
    products: dict[str, ASGIApp] = {}
    for product in PRODUCTS:
        app = product.app(edition, strict_paths=strict_paths)
        products |= dict.fromkeys(product.mounted_bases(edition, strict_paths=strict_paths), app)
    return products


def gateway_headers(lines: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return header *lines* with those that every response of the two APIs has."""
    # Recorded responses were chunked, without Content-Length.
    own = [line for line in lines if line[0] not in (b"content-length", b"vary")]
    return [*own, (b"connection", b"keep-alive"), *RECORDED_HEADERS]


def with_gateway_headers(send: Send) -> Send:
    """Return a `send` that adds the headers of the gateway."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = gateway_headers(message["headers"])
        await send(message)

    return send_with_headers


def _disconnecting_after_headers(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Return `receive` and `send` of a client that disconnects after the headers.

    Otherwise an endless stream would not end for HEAD.
    """
    ended = asyncio.Event()

    async def send_head(message: Message) -> None:
        if not ended.is_set():
            await send(message)
            await send({"type": "http.response.body", "body": b""})
            ended.set()

    async def receive_or_disconnect() -> Message:
        receiving, disconnecting = (
            asyncio.ensure_future(receive()),
            asyncio.ensure_future(ended.wait()),
        )
        try:
            await asyncio.wait({receiving, disconnecting}, return_when=asyncio.FIRST_COMPLETED)
            return receiving.result() if receiving.done() else {"type": "http.disconnect"}
        finally:
            receiving.cancel()
            disconnecting.cancel()

    return receive_or_disconnect, send_head


def _limited(receive: Receive, limit: int) -> Receive:
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise BodyTooLarge(limit)
        return message

    return limited
