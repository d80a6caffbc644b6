"""Request log: one line per request.

Probes, metrics and static files are logged at level debug, all others at info.
"""

import logging
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.domain.clock import steady
from mockapi.http.address import MONITORING_PATHS
from mockapi.http.context import find_context
from mockapi.http.responses import StatusRecorder
from mockapi.journal.redaction import ELLIPSIS, Redactor, parse_pairs, query_text
from mockapi.logging_config import REQUESTS

_QUIET = (*MONITORING_PATHS, "/__admin/health", "/static/", "/favicon.ico")
_SAFE = "/:@!$&'()*+,;=~"


class RequestLog:
    """ASGI middleware that logs method, path, status, duration and world of each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._logger = logging.getLogger(REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        level = logging.DEBUG if scope.get("path", "").startswith(_QUIET) else logging.INFO
        if scope["type"] != "http" or not self._logger.isEnabledFor(level):
            await self._app(scope, receive, send)
            return
        started, recorder = steady(), StatusRecorder(send)
        method, target = scope["method"], target_of(scope)

        try:
            await self._app(scope, receive, recorder)
        finally:
            context = find_context(scope)
            fields = {
                "method": method,
                "path": target,
                "status": recorder.status,
                "duration_ms": round((steady() - started) * 1000, 1),
                "world": None if context is None else context.world.journal.world,
            }
            self._logger.log(
                level,
                "%s %s %s %.1f ms, world %s",
                *(("-" if each is None else each) for each in fields.values()),
                extra={"request": fields},
            )


def target_of(scope: Scope) -> str:
    """Return the percent-encoded path and the query, without secrets."""
    redactor = Redactor()
    pairs = redactor.pairs(parse_pairs(scope["query_string"].decode("latin-1")))
    query = query_text([(redactor.scrub(name), redactor.scrub(value)) for name, value in pairs])
    path = quote(redactor.scrub(redactor.path(scope["path"])), safe=_SAFE)
    path = path.replace(quote(ELLIPSIS), ELLIPSIS)
    return f"{path}?{query}" if query else path
