"""CORS for the APIs, OAuth and their documents."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.http.address import METADATA_PATH, path_in_world
from mockapi.http.context import has_header
from mockapi.middleware.gateway import OAUTH_BASES, is_api_path, with_gateway_headers

_HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Retry-After, WWW-Authenticate"),
)


class Cors:
    """ASGI middleware that lets pages of any origin read responses of the APIs and of OAuth.

    It runs outside the gateway and faults, so that their error responses can be read too. It does
    not apply to the control API and to `authorize` (RFC 9700 section 2.6).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # assumption: no recorded request had an Origin; any origin may read, without credentials.
        self._preflights = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
            # Chromium requires it before a public page may call a private or loopback address.
            allow_private_network=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_header(scope, b"origin"):
            await self._app(scope, receive, send)
            return
        path = path_in_world(scope["path"])
        if not _is_open(path):
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and has_header(scope, b"access-control-request-method"):
            send = with_gateway_headers(send) if is_api_path(path) else send
            await self._preflights(scope, receive, send)
        else:
            await self._app(scope, receive, _readable(send))


def _readable(send: Send) -> Send:
    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start":
            # Not by CORSMiddleware, which would change the recorded Vary headers.
            message["headers"] = [*message["headers"], *_HEADERS]
        await send(message)

    return send_readable


def _is_open(path: str) -> bool:
    if path.startswith(OAUTH_BASES):
        return not path.endswith(("/authorize", "/sandbox-authorize"))
    return is_api_path(path) or path == METADATA_PATH or path.startswith("/openapi/")
