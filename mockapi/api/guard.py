"""The operations of the vendor APIs, and the guard before each of them.

The guard checks token, scope and media type in this order, before the request is parsed. FastAPI
would read the body before its dependencies, and would return 400 instead of 401.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, cast

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from mockapi.domain.errors import (
    BodyTooLarge,
    InsufficientScope,
    InvalidParam,
    InvalidRequest,
    UnsupportedMediaType,
)
from mockapi.domain.oauth import Bearer, Scope
from mockapi.http.context import context_of, world_of
from mockapi.http.json_bodies import MISSING, JsonBody, is_json
from mockapi.http.parameters import QueryReader, known_members, repeated_parameters
from mockapi.http.responses import Problem

_ERROR_DESCRIPTIONS: Mapping[int, str] = {
    400: "The request is not valid",
    401: "The bearer token does not open this API",
    403: "The token lacks the scope",
    404: "Site Not found",
    405: "The path does not know this method",
    409: "Conflict",
    413: "The request body is too large",
    415: "The request body is not JSON",
    500: "Internal Server Error",
}


_TAGS: Mapping[str, str] = {
    "sites": "Site",
    "meters": "Meter",
    "timeseries": "Timeseries",
    "scoring-providers": "Performance Score",
    "projects": "Site",
    "performance-scores": "Performance Score",
    "scoring-requests": "Performance Score",
    "certification-requests": "Performance Score",
}
"""Tags by resource, as in the vendor's documents; projects are not in any of them."""


@dataclass(frozen=True)
class ApiOperation:
    """A published operation; any one of *scopes* is sufficient."""

    id: str
    summary: str
    description: str
    method: str
    path: str
    handler: Callable[..., Any]
    response: Any
    scopes: Sequence[Scope]
    error_statuses: Sequence[int] = ()
    status: HTTPStatus = HTTPStatus.OK
    alias: str | None = None
    is_old: bool = False
    """Whether *path* is an older name without a newer one."""

    @property
    def tag(self) -> str:
        return _TAGS[self.path.rpartition("/")[2]]

    def models(self) -> dict[str, Any]:
        """Return the models of all responses as arguments of a route."""
        statuses = sorted({401, 403, 405, 413, 500, *self.error_statuses})
        return {
            "response_model": self.response,
            "responses": {
                status: {"model": Problem, "description": _ERROR_DESCRIPTIONS[status]}
                for status in statuses
            },
        }


BY_OLD_NAME = "ByOldName"
"""Suffix of an operation's id on its older path."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def authenticate(request: Request, product: str) -> Bearer:
    """Return the bearer of the request on *product*. Raise `Unauthenticated` if there is none."""
    context = context_of(request)
    return context.world.tokens.authenticate(context.credentials.bearer_token, product)


class GuardedRoute(APIRoute):
    """A route that requires a bearer token with one of its scopes, and a JSON body if any.

    Product and scopes come from `openapi_extra`, so that documentation and checks agree. FastAPI
    derives parameters and documentation from the handler, but does not run it: its exit stacks
    and dependencies, which no handler has, would take longer than most handlers do.
    """

    def get_route_handler(self) -> Handler:
        self.respond = self._guarded()
        """Returns the response to a request, or raises an error of `ProductApp`."""
        return self.respond

    def _guarded(self) -> Handler:
        extra = self.openapi_extra or {}
        product: str = extra["x-product"]
        scopes = tuple(Scope(scope) for scope in extra["x-scopes"])
        first_scope = scopes[0]
        dependant = self.dependant
        call = cast("Callable[..., Coroutine[Any, Any, Response]]", dependant.call)
        has_site = bool(dependant.path_params)
        query = QueryReader(dependant)
        body = None if self.body_field is None else JsonBody(self.body_field, any_member=True)
        body_name = "" if body is None else dependant.body_params[0].name
        members = known_members(self.body_field)

        async def guarded(request: Request) -> Response:
            context = context_of(request)
            annotations = context.annotations
            operation = context.operation
            if operation is not None:
                annotations.set_operation(operation)
            annotations.members = members
            has_query = request.scope["query_string"]
            if has_query:
                annotations.ignored = sorted(request.query_params.keys() - query.names)
            bearer = authenticate(request, product)
            annotations.bearer = bearer
            if bearer.scopes.isdisjoint(scopes):
                raise InsufficientScope(scopes[:1])
            if first_scope not in bearer.scopes:
                annotations.missing_scope = first_scope.value
            arguments: dict[str, Any] = {}
            if has_site and operation is not None:
                arguments["site_id"] = operation.site
            if body is not None:
                _check_size(request)
                _check_media_type(request)
                arguments[body_name] = await _read(body, request)
            if has_query:
                _check_not_repeated(request, dependant)
                arguments |= query.read(request.query_params)
            else:
                arguments |= query.defaults
            return await call(request, **arguments)

        return guarded


async def _read(body: JsonBody, request: Request) -> Any:
    """Return the validated body. Raise `RequestValidationError` or `InvalidRequest`."""
    try:
        content = await body.read(request)
    except JSONDecodeError as error:
        raise InvalidRequest([InvalidParam("body", "body", f"is not JSON: {error.msg}")]) from error
    except ValueError as error:
        # Nested too deep, a too long number, or not UTF-8.
        raise InvalidRequest([InvalidParam("body", "body", "is not JSON")]) from error
    if content is MISSING:
        raise InvalidRequest([InvalidParam("body", "body", "Field required")])
    return content


def _check_not_repeated(request: Request, dependant: Dependant) -> None:
    # assumption: a repeated parameter that has one value is refused; which one is meant is unknown.
    repeated = [
        InvalidParam(name, name, f"is given {count} times; give it once")
        for name, count in repeated_parameters(dependant, request.query_params)
    ]
    if repeated:
        raise InvalidRequest(repeated)


def _check_size(request: Request) -> None:
    """Raise `BodyTooLarge` by `Content-Length`, before the body is read."""
    limit = world_of(request).settings.max_body_bytes
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > len(str(limit)) or int(length) > limit):
        raise BodyTooLarge(limit)


def _check_media_type(request: Request) -> None:
    content_type = request.headers.get("content-type", "")
    length = request.headers.get("content-length", "0")
    if not content_type and length == "0" and "transfer-encoding" not in request.headers:
        return  # A missing body is reported later, as an invalid parameter.
    if not is_json(content_type):
        raise UnsupportedMediaType(content_type.partition(";")[0].strip().lower()[:100])
