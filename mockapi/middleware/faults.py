"""Application of the active faults of a world to its requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from pydantic import TypeAdapter

from mockapi.api.error_responses import error_response
from mockapi.api.products import PRODUCTS
from mockapi.domain.errors import ApiError
from mockapi.faults.context import (
    HEADER,
    ApiAdapter,
    AppliedFault,
    FaultContext,
    FaultHeaderError,
    RequestInfo,
    Style,
)
from mockapi.faults.plan import Decision, sort_by_stage
from mockapi.faults.responses import (
    App,
    BufferedResponse,
    Receive,
    Scope,
    Send,
    close_on_break,
    problem_response,
    read_body,
)
from mockapi.http.address import MCP_PATH, MONITORING_PATHS
from mockapi.http.context import RequestContext, context_in
from mockapi.http.shutdown import transport_of
from mockapi.middleware.gateway import gateway_headers, is_api_path
from mockapi.settings import ErrorStyle

_HEADER = HEADER.lower().encode()


class FaultMiddleware:
    """ASGI middleware that applies active faults to requests, without knowing their kinds."""

    def __init__(self, app: App, api: ApiAdapter) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_in(scope)
        world = context.world
        header_values = [_text(value) for name, value in scope["headers"] if name == _HEADER]
        if world.faults.is_idle and not header_values:
            await self._app(scope, receive, send)
            return
        limit = world.settings.max_body_bytes
        request_info = self._api.describe_request(scope, b"")
        if request_info is None:
            await self._app(scope, receive, send)
            return
        if request_info.api == "oauth" and request_info.method == "POST":
            form, receive = await read_body(receive, limit)
            request_info = self._api.describe_request(scope, form) or request_info
        try:
            decisions = sort_by_stage(
                [
                    *world.faults.decide(request_info, world.now()),
                    *_header_decisions(header_values, request_info, world.seed),
                ]
            )
        except FaultHeaderError as error:
            await problem_response(400, "Bad Request", f"{HEADER}: {error}").send(send)
            return
        transport = transport_of(scope)
        for each in decisions:
            if each.fault.needs_socket and transport is None:
                await _socket_missing(each.applied).send(send)
                return
        await self._apply(decisions, request_info, scope, receive, send)

    async def _apply(
        self,
        decisions: Sequence[Decision],
        request_info: RequestInfo,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        applied: list[AppliedFault] = []
        context_in(scope).applied_faults = applied
        app = self._app
        for each in reversed(decisions):
            app = _wrapped(
                app, each, self._context_for(each, request_info, scope, applied), applied
            )
        await app(scope, receive, close_on_break(send))

    def _context_for(
        self,
        decision: Decision,
        request_info: RequestInfo,
        scope: Scope,
        applied: list[AppliedFault],
    ) -> FaultContext:
        context = context_in(scope)
        world = context.world
        active = decision.active

        def undo_hit() -> None:
            applied.remove(decision.applied)
            if active is not None:
                active.undo_hit(decision.key)

        return FaultContext(
            applied=decision.applied,
            key=decision.key,
            request_info=request_info,
            world=world,
            request=context,
            api=self._api,
            scope=scope,
            transport=transport_of(scope),
            finish_record=context.finish_record,
            body_limit=world.settings.max_body_bytes,
            state={} if active is None else active.state,
            on_not_applied=undo_hit,
        )


def _wrapped(
    app: App, decision: Decision, context: FaultContext, applied: list[AppliedFault]
) -> App:
    """Return *app* wrapped in the fault; the hit is counted when the fault runs."""

    async def with_fault(scope: Scope, receive: Receive, send: Send) -> None:
        # A request that is delivered twice counts once.
        if decision.applied not in applied:
            applied.append(decision.applied)
            if decision.active is not None:
                decision.active.hits += 1
        await decision.fault.apply(context, app, scope, receive, send)

    return with_fault


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _header_decisions(
    header_values: Sequence[str], request_info: RequestInfo, seed: int
) -> Iterable[Decision]:
    if not header_values:
        return
    # Imported lazily: the kinds of faults add 15 ms to start-up.
    from mockapi.faults.parsing import parse_fault_header

    for number, fault in enumerate(parse_fault_header(header_values), 1):
        if not fault.applies_to(request_info):
            operation = request_info.operation or f"{request_info.method} {request_info.path}"
            raise FaultHeaderError(f"{fault.kind} does not apply to {operation}.")
        applied = AppliedFault(f"header-{number}", fault.kind)
        yield Decision(applied, fault, (seed, applied.id, request_info.method, request_info.path))


def _socket_missing(applied: AppliedFault) -> Any:
    return problem_response(
        501,
        "Not Implemented",
        f"The fault {applied.kind} ({applied.id}) acts below HTTP and needs a socket. "
        "Use `mockapi serve`, `serve_in_thread` or the pytest fixture.",
    )


_EXCLUDED = ("/__admin", "/console", "/static", "/docs", "/openapi", MCP_PATH, *MONITORING_PATHS)
"""Paths that faults never apply to: control API, console, documents, tools, probes, metrics."""


class HttpFaultAdapter:
    """The `ApiAdapter` of the two APIs."""

    def __init__(self, refresh_error: Callable[[ErrorStyle], Response]) -> None:
        self._refresh_error = refresh_error

    def describe_request(self, scope: Scope, form: bytes) -> RequestInfo | None:
        context = context_in(scope)
        path = context.path
        if any(path == each or path.startswith(f"{each}/") for each in _EXCLUDED):
            return None
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        query = _pairs(scope["query_string"])
        fields = dict(_pairs(form))
        client, customer = _caller(context, dict(query), fields)
        operation, token = context.operation, context.credentials.bearer_token
        if token is not None:
            # For the journal: the bearer is recorded also if no route sees the request.
            with suppress(ApiError):
                context.annotations.bearer = context.world.tokens.authenticate(token)
        return RequestInfo(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path,
            api=operation.api if operation else None,
            operation=operation.operation if operation else None,
            site=context.site,
            query=query,
            headers=headers,
            form=fields,
            token=token,
            client=client,
            customer=customer,
        )

    def error_response(
        self, scope: Scope, error: ApiError, style: Style | None = None
    ) -> BufferedResponse:
        context = context_in(scope)
        # The gateway, which runs later, would set the base as root path.
        request = Request({**scope, "root_path": context.base})
        answer = _buffered(error_response(request, error, ErrorStyle(style) if style else None))
        if not is_api_path(context.path):
            return answer
        return BufferedResponse(answer.status, gateway_headers(answer.headers), answer.body)

    def refresh_error_response(self, scope: Scope) -> BufferedResponse:
        return _buffered(self._refresh_error(context_in(scope).world.settings.error_style))

    def schema(self, request_info: RequestInfo) -> Mapping[str, Any]:
        return _schema(request_info.api or "", request_info.operation or "")


@cache
def _schema(api: str, operation: str) -> Mapping[str, Any]:
    for product in PRODUCTS:
        for each in product.operations:
            if (product.name, each.id) == (api, operation):
                return TypeAdapter(each.response).json_schema(mode="serialization")
    return {}


def _buffered(response: Response) -> BufferedResponse:
    return BufferedResponse(response.status_code, response.raw_headers, bytes(response.body))


def _pairs(text: bytes) -> Sequence[tuple[str, str]]:
    return parse_qsl(text.decode("latin-1"), keep_blank_values=True)


def _caller(
    context: RequestContext, query: Mapping[str, str], form: Mapping[str, str]
) -> tuple[str | None, Sequence[str]]:
    """Return the client, and the id and e-mail address of the customer."""
    credentials, store = context.credentials, context.world.store
    client = query.get("client_id") or form.get("client_id") or credentials.client_id or None
    customer_id = None
    secret = credentials.bearer_token or form.get("refresh_token") or form.get("token") or ""
    token = store.token(secret)
    if token is not None:
        client, customer_id = token.client_id or client, token.customer_id
    elif "code" in form and (code := store.code(form["code"])) is not None:
        client, customer_id = code.client_id, store.consent(code.consent_id).customer_id
    if customer_id is None:
        return client, ()
    id_ = customer_id
    email = store.cached("token", ("e-mail of", id_), lambda: store.customer_named(id_).email)
    return client, (customer_id, email)
