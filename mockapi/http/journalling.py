"""Writes each request and its answer into the journal of its world.

Pure ASGI. An entry is there before the last byte of its answer leaves: a client that has its
answer finds it in the journal.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.http.oauth.bases import CANONICAL_BASE, IMPERSONATION_BASE, OLD_BASES
from mockapi.journal.decisions import Decisions
from mockapi.journal.record import Record, Sample
from mockapi.world.world import World

_NOT_KEPT = ("/__admin", "/console", "/static/", "/docs", "/openapi/", "/healthz", "/favicon.ico")

_OAUTH: Mapping[str, tuple[str, tuple[str, ...]]] = {
    f"{base}/{path}": (operation, (base,) if base in OLD_BASES else ())
    for base in (CANONICAL_BASE, *OLD_BASES)
    for path, operation in (
        ("authorize", "authorize"),
        ("sandbox-authorize", "sandboxAuthorize"),
        ("token", "token"),
        ("revoke", "revoke"),
    )
} | {
    f"{IMPERSONATION_BASE}/token": ("impersonate", ()),
    "/.well-known/oauth-authorization-server": ("getOAuthMetadata", ()),
}
"""What each OAuth path is called, and its base where that is an older one."""

OAUTH_OPERATIONS = tuple(dict.fromkeys(operation for operation, _ in _OAUTH.values()))


class Journalling:
    """Records what passes, and lets it pass unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        world: World = scope["mockapi.world"]
        path: str = scope["path"]
        root: str = scope.get("root_path", "")
        own = path.removeprefix(root) if root else path
        if not world.journal.size or own == "/" or own.startswith(_NOT_KEPT):
            await self._app(scope, receive, send)
            return
        record = _begin(scope, world, own)
        finished = False

        def finish() -> None:
            nonlocal finished
            if not finished:
                finished = True
                record.finish([struck.kind for struck in scope.get("mockapi.faults", ())])
                world.journal.add(record)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                record.answer_headers = message.get("headers", ())
            elif message["type"] == "http.response.body":
                record.answer.add(message.get("body", b""))
                if not message.get("more_body", False):
                    finish()
            await send(message)

        try:
            await self._app(scope, _heard(receive, record) if _has_body(scope) else receive, told)
        finally:
            finish()


def _begin(scope: Scope, world: World, path: str) -> Record:
    """Return the record of the request, and put into *scope* where its decisions are told."""
    decisions = Decisions()
    if path in _OAUTH:
        decisions.product = "oauth"
        decisions.operation, decisions.older_paths = _OAUTH[path]
    scope["mockapi.decisions"] = decisions
    client = scope.get("client")
    line = (
        scope["method"],
        scope["scheme"],
        scope["path"],
        scope["query_string"],
        client[0] if client else None,
    )
    return Record(world.now(), world.edition.name, line, scope["headers"], decisions)


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


def _heard(receive: Receive, record: Record) -> Receive:
    record.request = Sample()

    async def heard() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            record.request.add(message.get("body", b""))
        return message

    return heard
