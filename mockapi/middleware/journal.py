"""Writes each request and its answer into the journal of its world.

Pure ASGI. An entry is there before the last byte of its answer leaves: a client that has its
answer finds it in the journal.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.api.operations import oauth_operation_of, operation_of
from mockapi.faults.responses import ENDING
from mockapi.journal.raw_exchange import Decisions, Record, Sample
from mockapi.world.world import World

_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
_NOT_KEPT = ("/__admin", "/console", "/static/", "/docs", "/openapi/", "/healthz", "/favicon.ico")


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
        if not world.journal.size or path == "/" or path.startswith(_NOT_KEPT):
            await self._app(scope, receive, send)
            return
        record = _begin(scope, world)
        finished = False

        def finish() -> None:
            nonlocal finished
            if not finished:
                finished = True
                struck = scope.get("mockapi.faults", ())
                _locate(record.decisions, record.line[0], path, is_struck=bool(struck))
                record.finish(struck)
                world.journal.add(record)

        scope[ENDING] = finish

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


def _begin(scope: Scope, world: World) -> Record:
    """Return the record of the request, and put into *scope* where its decisions are told."""
    decisions = scope["mockapi.decisions"] = Decisions()
    client = scope.get("client")
    line = (
        scope["method"],
        scope["scheme"],
        scope["path"],
        scope["query_string"],
        client[0] if client else None,
    )
    return Record(world.now(), world.edition.name, line, scope["headers"], decisions)


def _locate(decisions: Decisions, method: str, path: str, *, is_struck: bool) -> None:
    """Note what was asked for where no route told it: of OAuth, and of what a fault stopped."""
    if decisions.operation is not None:
        return
    located = oauth_operation_of(path)
    if located is None and is_struck:
        located = operation_of(method, path)
    if located is not None:
        decisions.product, decisions.operation = located.api, located.operation
        decisions.site, decisions.older_paths = located.site, located.older_paths


def _has_body(scope: Scope) -> bool:
    # A loop: a generator would cost every request more than the rest of this.
    for name, _ in scope["headers"]:  # noqa: SIM110
        if name in _OF_A_BODY:
            return True
    return False


def _heard(receive: Receive, record: Record) -> Receive:
    record.request = Sample()

    async def heard() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            record.request.add(message.get("body", b""))
        return message

    return heard
