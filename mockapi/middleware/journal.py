"""Writes each request and its answer into the journal of its world.

Pure ASGI. An entry is there before the last byte of its answer leaves: a client that has its
answer finds it in the journal.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.http.context import RequestContext, context_in
from mockapi.journal.entry import BodyPrefix, RawExchange

_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
_NOT_KEPT = ("/__admin", "/console", "/static/", "/docs", "/openapi/", "/healthz", "/favicon.ico")


class JournalMiddleware:
    """Records what passes, and lets it pass unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_in(scope)
        world, path = context.world, context.path
        if not world.journal.size or path == "/" or path.startswith(_NOT_KEPT):
            await self._app(scope, receive, send)
            return
        record = _begin(scope, context)
        finished = False

        def finish() -> None:
            nonlocal finished
            if not finished:
                finished = True
                _complete(record, context)
                world.journal.add(record)

        context.finish_record = finish

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                record.response_headers = message.get("headers", ())
            elif message["type"] == "http.response.body":
                record.answer.add(message.get("body", b""))
                if not message.get("more_body", False):
                    finish()
            await send(message)

        try:
            await self._app(scope, _heard(receive, record) if _has_body(scope) else receive, told)
        finally:
            finish()


def _begin(scope: Scope, context: RequestContext) -> RawExchange:
    """Return the record of the request, which reads what others note in *context*."""
    world = context.world
    client = scope.get("client")
    line = (
        scope["method"],
        scope["scheme"],
        context.path,
        scope["query_string"],
        client[0] if client else None,
    )
    return RawExchange(world.now(), world.edition.name, line, scope["headers"], context.annotations)


def _complete(record: RawExchange, context: RequestContext) -> None:
    """Put into *record* what is known of its request now that it has been answered."""
    operation = context.operation
    if context.applied_faults and operation is not None and record.annotations.operation is None:
        # No route was reached that would have noted it.
        record.annotations.set_operation(operation)
    credentials = context.credentials
    record.bearer_token, record.client_id = credentials.bearer_token, credentials.client_id
    record.finish(context.applied_faults)


def _has_body(scope: Scope) -> bool:
    # A loop: a generator would cost every request more than the rest of this.
    for name, _ in scope["headers"]:  # noqa: SIM110
        if name in _OF_A_BODY:
            return True
    return False


def _heard(receive: Receive, record: RawExchange) -> Receive:
    record.request = BodyPrefix()

    async def heard() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            record.request.add(message.get("body", b""))
        return message

    return heard
