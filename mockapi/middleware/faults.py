"""Application of the active faults of a world to its requests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from pydantic import TypeAdapter

from mockapi.api.errors import error_response
from mockapi.api.products import PRODUCTS
from mockapi.domain.errors import ApiError
from mockapi.faults.context import ApiAdapter, AppliedFault, FaultContext, RequestInfo, Style
from mockapi.faults.parsing import HEADER, FaultHeaderError, parse_fault_header
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
        wishes = [value.decode("latin-1") for name, value in scope["headers"] if name == _HEADER]
        if world.faults.is_idle and not wishes:
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
                    *_wished(wishes, request_info, world.seed),
                ]
            )
        except FaultHeaderError as mistake:
            await problem_response(400, "Bad Request", f"{HEADER}: {mistake}").send(send)
            return
        transport = transport_of(scope)
        for each in decisions:
            if each.fault.needs_socket and transport is None:
                await _without_socket(each.struck).send(send)
                return
        await self._strike(decisions, request_info, scope, receive, send)

    async def _strike(
        self,
        decisions: Sequence[Decision],
        request_info: RequestInfo,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        struck: list[AppliedFault] = []
        context_in(scope).applied_faults = struck
        app = self._app
        for each in reversed(decisions):
            app = _wrapped(app, each, self._strike_of(each, request_info, scope, struck), struck)
        await app(scope, receive, close_on_break(send))

    def _strike_of(
        self,
        decision: Decision,
        request_info: RequestInfo,
        scope: Scope,
        struck: list[AppliedFault],
    ) -> FaultContext:
        context = context_in(scope)
        world = context.world
        standing = decision.standing

        def miss() -> None:
            struck.remove(decision.struck)
            if standing is not None:
                standing.miss(decision.key)

        return FaultContext(
            applied=decision.struck,
            key=decision.key,
            request_info=request_info,
            world=world,
            request=context,
            api=self._api,
            scope=scope,
            transport=transport_of(scope),
            finish_record=context.finish_record,
            body_limit=world.settings.max_body_bytes,
            state={} if standing is None else standing.state,
            on_not_applied=miss,
        )


def _wrapped(app: App, decision: Decision, strike: FaultContext, struck: list[AppliedFault]) -> App:
    """Return *app* as the fault leaves it; the hit counts once the fault has its turn."""

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        # A request that is delivered twice is struck once.
        if decision.struck not in struck:
            struck.append(decision.struck)
            if decision.standing is not None:
                decision.standing.hits += 1
        await decision.fault.apply(strike, app, scope, receive, send)

    return faulty


def _wished(wishes: Iterable[str], request_info: RequestInfo, seed: int) -> Iterable[Decision]:
    for number, fault in enumerate(parse_fault_header(wishes), 1):
        if not fault.applies_to(request_info):
            asked = request_info.operation or f"{request_info.method} {request_info.path}"
            raise FaultHeaderError(f"{fault.kind} cannot befall {asked}.")
        struck = AppliedFault(f"header-{number}", fault.kind)
        yield Decision(struck, fault, (seed, struck.id, request_info.method, request_info.path))


def _without_socket(struck: AppliedFault) -> Any:
    return problem_response(
        501,
        "Not Implemented",
        f"The fault {struck.kind} ({struck.id}) happens below HTTP and needs a socket that "
        "mockapi itself serves: use `mockapi serve`, `serve_in_thread` or the pytest fixture.",
    )


_SPARED = ("/__admin", "/console", "/healthz", "/static", "/docs", "/openapi")
"""What no fault strikes: the controls, health, and the documents with their files."""


class HttpFaultAdapter:
    """What `mockapi.faults` needs to know of HTTP and of the two APIs."""

    def __init__(self, refused_refresh: Callable[[ErrorStyle], Response]) -> None:
        self._refused_refresh = refused_refresh

    def describe_request(self, scope: Scope, form: bytes) -> RequestInfo | None:
        context = context_in(scope)
        path = context.path
        if any(path == each or path.startswith(f"{each}/") for each in _SPARED):
            return None
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        query = _pairs(scope["query_string"])
        fields = dict(_pairs(form))
        client, customer = _caller(context, dict(query), fields)
        operation, token = context.operation, context.credentials.bearer_token
        if token is not None:
            # For the journal: who asks is known of requests, too, that no route ever sees.
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

    def refuse(self, scope: Scope, error: ApiError, style: Style | None = None) -> BufferedResponse:
        context = context_in(scope)
        # The gateway, which is yet to see the request, would note its base here.
        request = Request({**scope, "root_path": context.base})
        answer = _answer(error_response(request, error, ErrorStyle(style) if style else None))
        if not is_api_path(context.path):
            return answer
        return BufferedResponse(answer.status, gateway_headers(answer.headers), answer.body)

    def refuse_refresh(self, scope: Scope) -> BufferedResponse:
        return _answer(self._refused_refresh(context_in(scope).world.settings.error_style))

    def schema(self, request_info: RequestInfo) -> Mapping[str, Any]:
        return _schema(request_info.api or "", request_info.operation or "")


@cache
def _schema(api: str, operation: str) -> Mapping[str, Any]:
    for product in PRODUCTS:
        for each in product.operations:
            if (product.name, each.id) == (api, operation):
                return TypeAdapter(each.answer).json_schema(mode="serialization")
    return {}


def _answer(response: Response) -> BufferedResponse:
    return BufferedResponse(response.status_code, response.raw_headers, bytes(response.body))


def _pairs(text: bytes) -> Sequence[tuple[str, str]]:
    return parse_qsl(text.decode("latin-1"), keep_blank_values=True)


def _caller(
    context: RequestContext, query: Mapping[str, str], form: Mapping[str, str]
) -> tuple[str | None, Sequence[str]]:
    """Return whose application calls, and for which customer: the id and the e-mail address."""
    credentials, store = context.credentials, context.world.store
    client = query.get("client_id") or form.get("client_id") or credentials.client_id or None
    customer_id = None
    secret = credentials.bearer_token or form.get("refresh_token") or form.get("token") or ""
    kept = store.token(secret)
    if kept is not None:
        client, customer_id = kept.client_id or client, kept.customer_id
    elif "code" in form and (code := store.code(form["code"])) is not None:
        client, customer_id = code.client_id, store.consent(code.consent_id).customer_id
    if customer_id is None:
        return client, ()
    named = customer_id
    email = store.remember("token", ("e-mail of", named), lambda: store.customer_named(named).email)
    return client, (customer_id, email)
