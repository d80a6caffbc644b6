"""Logs a line a request, outermost: what a named world never sees is logged too.

Pure ASGI. Health checks and static files are logged at level debug, all else at info.
"""

import logging
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.domain.clock import steady
from mockapi.http.context import find_context
from mockapi.journal.redaction import ELLIPSIS, Redactor, parse_pairs, query_text
from mockapi.logging_config import REQUESTS

_QUIET = ("/healthz", "/__admin/health", "/static/", "/favicon.ico")
_SAFE = "/:@!$&'()*+,;=~"


class RequestLog:
    """Tells method, path, status, duration and world of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._logger = logging.getLogger(REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        level = logging.DEBUG if scope.get("path", "").startswith(_QUIET) else logging.INFO
        if scope["type"] != "http" or not self._logger.isEnabledFor(level):
            await self._app(scope, receive, send)
            return
        began, status = steady(), None
        method, target = scope["method"], target_of(scope)

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, heard)
        finally:
            context = find_context(scope)
            told = {
                "method": method,
                "path": target,
                "status": status,
                "duration_ms": round((steady() - began) * 1000, 1),
                "world": None if context is None else context.world.journal.world,
            }
            self._logger.log(
                level,
                "%s %s %s %.1f ms, world %s",
                *(("-" if each is None else each) for each in told.values()),
                extra={"request": told},
            )


def target_of(scope: Scope) -> str:
    """Return the path, percent-encoded, and the query, without secrets."""
    redactor = Redactor()
    pairs = redactor.pairs(parse_pairs(scope["query_string"].decode("latin-1")))
    query = query_text([(redactor.scrub(name), redactor.scrub(value)) for name, value in pairs])
    path = quote(redactor.scrub(redactor.path(scope["path"])), safe=_SAFE)
    path = path.replace(quote(ELLIPSIS), ELLIPSIS)
    return f"{path}?{query}" if query else path
