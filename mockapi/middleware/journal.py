"""Recording of requests in the journal of their world.

An entry is added before the last byte of its response is sent, so that a client that has the
response finds the entry.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.http.address import MCP_PATH, MONITORING_PATHS
from mockapi.http.context import RequestContext, context_in, has_header
from mockapi.journal.entry import BodyPrefix, RawExchange

_BODY_HEADERS = (b"content-length", b"transfer-encoding")
_EXCLUDED = (
    "/__admin",
    "/console",
    "/static/",
    "/docs",
    "/openapi/",
    "/favicon.ico",
    *MONITORING_PATHS,
    MCP_PATH,
)


class JournalMiddleware:
    """ASGI middleware that records requests and responses without changing them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_in(scope)
        world, path = context.world, context.path
        if not world.journal.size or path == "/" or path.startswith(_EXCLUDED):
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

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                record.response_headers = message.get("headers", ())
            elif message["type"] == "http.response.body":
                record.response.add(message.get("body", b""))
                if not message.get("more_body", False):
                    finish()
            await send(message)

        if has_header(scope, *_BODY_HEADERS):
            receive = _recording(receive, record)
        try:
            await self._app(scope, receive, send_recorded)
        finally:
            finish()
            # Otherwise the context and the function would refer to each other until a collection.
            del context.finish_record


def _begin(scope: Scope, context: RequestContext) -> RawExchange:
    """Return a record of the request; it shares the annotations of *context*."""
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
    """Complete *record* after the response."""
    operation = context.operation
    if context.applied_faults and operation is not None and record.annotations.operation is None:
        # A fault responded instead of the route that sets it.
        record.annotations.set_operation(operation)
    credentials = context.credentials
    record.bearer_token, record.client_id = credentials.bearer_token, credentials.client_id
    record.finish(context.applied_faults)


def _recording(receive: Receive, record: RawExchange) -> Receive:
    record.request = BodyPrefix()

    async def receive_recorded() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            record.request.add(message.get("body", b""))
        return message

    return receive_recorded
