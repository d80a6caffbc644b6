"""Stands where the vendor's API gateway stands: finds the product, dresses every answer.

Pure ASGI, so that nothing lies between an answer and the socket.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.api.errors import error_response
from mockapi.api.products import PRODUCTS
from mockapi.domain.edition import Edition
from mockapi.domain.errors import BasePathUnknown
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
"""Where the OAuth endpoints live; two of them inside a base of the partner API."""

_API_ROOTS = ("/ecostruxure/", "/openesx/")
"""assumption: paths below these belong to the gateway, which knows no other proxy there."""


_OLDER_BASES = frozenset(base for product in PRODUCTS for base in product.bases[1:])


def is_api_path(path: str) -> bool:
    """Tell whether *path* is below the gateway's roots and no endpoint of OAuth."""
    return path.startswith(_API_ROOTS) and not path.startswith(OAUTH_BASES)


class Gateway:
    """Hands requests below a product's base path to that product, all others to the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._pages = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        context = context_in(scope)
        world = context.world
        world.timeline.catch_up()
        if world.settings.date_header is DateHeader.WORLD:
            send = with_date_header(send, world.clock)
        if scope["method"] == "HEAD":
            # assumption: HEAD is answered wherever GET is, as Spring does.
            receive, send = _ending_with_the_head(receive, send)
            # A copy of the scope: the server must go on knowing that it may send no body.
            scope = {**scope, "method": "GET"}
        if not is_api_path(context.path):
            await self._pages(scope, receive, send)
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
    """Return the product below each base; worlds of one edition share them.

    The products keep nothing: what a request needs to know is in its scope.
    """
    products: dict[str, ASGIApp] = {}
    for product in PRODUCTS:
        app = product.app(edition, strict_paths=strict_paths)
        products |= dict.fromkeys(product.mounted_bases(edition, strict_paths=strict_paths), app)
    return products


def gateway_headers(lines: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return header *lines* as every answer of the two APIs carries them."""
    # Recorded answers came in chunks, and named no length.
    own = [line for line in lines if line[0] not in (b"content-length", b"vary")]
    return [*own, (b"connection", b"keep-alive"), *RECORDED_HEADERS]


def with_gateway_headers(send: Send) -> Send:
    """Return *send* for an answer of the two APIs: with the headers that all of them carry."""

    async def send_dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = gateway_headers(message["headers"])
        await send(message)

    return send_dressed


def _ending_with_the_head(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """Return a client that leaves once it has the headers: a stream need not end by itself."""
    ended = asyncio.Event()

    async def send_head(message: Message) -> None:
        if not ended.is_set():
            await send(message)
            await send({"type": "http.response.body", "body": b""})
            ended.set()

    async def receive_or_leave() -> Message:
        asking, leaving = asyncio.ensure_future(receive()), asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else {"type": "http.disconnect"}
        finally:
            asking.cancel()
            leaving.cancel()

    return receive_or_leave, send_head


def _limited(receive: Receive, limit: int) -> Receive:
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            # Of all that receiving may raise, FastAPI lets only this through as it is.
            raise HTTPException(413)
        return message

    return limited
