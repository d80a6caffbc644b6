"""The operations of the vendor APIs, and the guard before each of them.

The guard checks token, scope and media type in this order, before the request is parsed. FastAPI
would read the body before its dependencies, and would return 400 instead of 401.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import request_response

from mockapi.domain.errors import (
    BodyTooLarge,
    InsufficientScope,
    InvalidParam,
    InvalidRequest,
    UnsupportedMediaType,
)
from mockapi.domain.oauth import Bearer, Scope
from mockapi.http.context import context_of, world_of
from mockapi.http.json_bodies import JsonBody, is_json
from mockapi.http.parameters import known_members, known_parameters, repeated_parameters
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

    Product and scopes come from `openapi_extra`, so that documentation and checks agree.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if self._is_direct:
            # Without FastAPI's exit stacks, which are for dependencies and uploaded files.
            self.app = request_response(self._handler)

    def get_route_handler(self) -> Handler:
        direct = _direct_handler(self.dependant)
        self._is_direct = direct is not None
        self._handler = self._guarded(direct or super().get_route_handler())
        return self._handler

    def _guarded(self, handle: Handler) -> Handler:
        """Return *handle* behind the checks of the route."""
        extra = self.openapi_extra or {}
        product: str = extra["x-product"]
        scopes = tuple(Scope(scope) for scope in extra["x-scopes"])
        body = None if self.body_field is None else JsonBody(self.body_field, any_member=True)
        dependant = self.dependant
        parameters = known_parameters(dependant)
        members = known_members(self.body_field)

        async def guarded(request: Request) -> Response:
            context = context_of(request)
            annotations = context.annotations
            if context.operation is not None:
                annotations.set_operation(context.operation)
            annotations.members = members
            if request.scope["query_string"]:
                annotations.ignored = sorted(request.query_params.keys() - parameters)
            bearer = authenticate(request, product)
            annotations.bearer = bearer
            if bearer.scopes.isdisjoint(scopes):
                raise InsufficientScope(scopes[:1])
            if scopes[0] not in bearer.scopes:
                annotations.missing_scope = scopes[0].value
            _check_size(request)
            if body is not None:
                _check_media_type(request)
                await body.read(request)
            if request.scope["query_string"]:
                _check_not_repeated(request, dependant)
            return await handle(request)

        return guarded


def _direct_handler(dependant: Dependant) -> Handler | None:
    """Return the handler of a route that has path parameters only; None for any other route.

    FastAPI would take longer to find that there is nothing to validate than the handler takes.
    """
    has_others = (
        dependant.query_params
        or dependant.header_params
        or dependant.cookie_params
        or dependant.body_params
        or dependant.dependencies
    )
    if has_others or dependant.call is None:
        return None
    call = cast("Callable[..., Coroutine[Any, Any, Response]]", dependant.call)

    async def handle(request: Request) -> Response:
        return await call(request, **request.path_params)

    return handle


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
