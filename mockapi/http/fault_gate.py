"""Tells faults who asks for what, and words the refusals that they ask for."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Request, Response
from pydantic import TypeAdapter

from mockapi.domain.errors import ApiError
from mockapi.faults.answer import Answer
from mockapi.faults.asgi import Scope
from mockapi.faults.strike import Style
from mockapi.faults.subject import Subject
from mockapi.http.errors import refuse
from mockapi.http.gateway import dressed_lines, is_of_the_apis
from mockapi.http.operations import base_of, operation_of
from mockapi.http.products import PRODUCTS
from mockapi.settings import ErrorStyle
from mockapi.world.world import World

_SPARED = ("/__admin", "/console", "/healthz", "/static", "/docs", "/openapi")
"""What no fault strikes: the controls, health, and the documents with their files."""


class HttpGate:
    """What `mockapi.faults` needs to know of HTTP and of the two APIs."""

    def subject(self, scope: Scope, form: bytes) -> Subject | None:
        path: str = scope["path"]
        if any(path == each or path.startswith(f"{each}/") for each in _SPARED):
            return None
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        query = _pairs(scope["query_string"])
        located = operation_of(scope["method"], path)
        token = _bearer(headers)
        fields = dict(_pairs(form))
        world: World = scope["mockapi.world"]
        client, customer = _caller(world, token, headers, dict(query), fields)
        if token is not None and "mockapi.decisions" in scope:
            # For the journal: who asks is told of requests, too, that no route ever sees.
            with suppress(ApiError):
                scope["mockapi.decisions"].bearer = world.bearer(token)
        return Subject(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path,
            api=located.api if located else None,
            operation=located.operation if located else None,
            site=located.site if located else None,
            query=query,
            headers=headers,
            form=fields,
            token=token,
            client=client,
            customer=customer,
        )

    def refuse(self, scope: Scope, error: ApiError, style: Style | None = None) -> Answer:
        path: str = scope["path"]
        # The gateway, which is yet to see the request, would note its base here.
        request = Request({**scope, "root_path": base_of(path)})
        answer = _answer(refuse(request, error, ErrorStyle(style) if style else None))
        if not is_of_the_apis(path):
            return answer
        return Answer(answer.status, dressed_lines(answer.headers), answer.body)

    def refuse_refresh(self, scope: Scope) -> Answer:
        # Late: Authlib is slow to import, and few servers are asked for this.
        from mockapi.http.oauth.refusals import RefreshTokenRefused, refusal_body

        style = scope["mockapi.world"].settings.error_style
        return _answer(refusal_body(RefreshTokenRefused(), style))

    def schema(self, subject: Subject) -> Mapping[str, Any]:
        return _schema(subject.api or "", subject.operation or "")


@cache
def _schema(api: str, operation: str) -> Mapping[str, Any]:
    for product in PRODUCTS:
        for each in product.operations:
            if (product.name, each.id) == (api, operation):
                return TypeAdapter(each.answer).json_schema(mode="serialization")
    return {}


def _answer(response: Response) -> Answer:
    return Answer(response.status_code, response.raw_headers, bytes(response.body))


def _pairs(text: bytes) -> Sequence[tuple[str, str]]:
    return parse_qsl(text.decode("latin-1"), keep_blank_values=True)


def _bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def _caller(
    world: World,
    token: str | None,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    form: Mapping[str, str],
) -> tuple[str | None, Sequence[str]]:
    """Return whose application calls, and for which customer: the id and the e-mail address."""
    client = query.get("client_id") or form.get("client_id") or _basic(headers)
    customer_id = None
    store = world.store
    kept = store.token(token or form.get("refresh_token") or form.get("token") or "")
    if kept is not None:
        client, customer_id = kept.client_id or client, kept.customer_id
    elif "code" in form and (code := store.code(form["code"])) is not None:
        client, customer_id = code.client_id, store.consent(code.consent_id).customer_id
    if customer_id is None:
        return client, ()
    named = customer_id
    email = store.remember("token", ("e-mail of", named), lambda: store.customer_named(named).email)
    return client, (customer_id, email)


def _basic(headers: Mapping[str, str]) -> str | None:
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return unquote_plus(base64.b64decode(credentials).decode().partition(":")[0]) or None
    except ValueError:
        return None
