"""The operations of the vendor APIs, and the guard before each of them.

The guard checks token, scope and media type in that order, before any of the request is parsed:
FastAPI would read a body before its dependencies run, and would answer 400 where the contract
says 401.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

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
from mockapi.http.json_body import JsonBody, is_json
from mockapi.http.parameters import known_members, known_parameters, repeated_parameters
from mockapi.http.problem import Problem

_REFUSALS: Mapping[int, str] = {
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
"""By resource, as the vendor's documents group them; projects are in none."""


@dataclass(frozen=True)
class ApiOperation:
    """One published operation; *scopes*: any one of them is enough."""

    id: str
    summary: str
    about: str
    method: str
    path: str
    handler: Callable[..., Any]
    answer: Any
    scopes: Sequence[Scope]
    refusals: Sequence[int] = ()
    status: HTTPStatus = HTTPStatus.OK
    alias: str | None = None
    is_old: bool = False
    """Whether *path* itself is an older name, and no newer one was ever published here."""

    @property
    def tag(self) -> str:
        return _TAGS[self.path.rpartition("/")[2]]

    def models(self) -> dict[str, Any]:
        """Return the bodies of all answers, as a route takes them."""
        statuses = sorted({401, 403, 405, 413, 500, *self.refusals})
        return {
            "response_model": self.answer,
            "responses": {
                status: {"model": Problem, "description": _REFUSALS[status]} for status in statuses
            },
        }


BY_OLD_NAME = "ByOldName"
"""What the id of an operation ends in on its older path."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def authenticate(request: Request, product: str) -> Bearer:
    """Return whom the request speaks for on *product*, or raise the 401 that is due."""
    context = context_of(request)
    return context.world.tokens.authenticate(context.credentials.bearer_token, product)


class GuardedRoute(APIRoute):
    """A route that demands a bearer token with any one of its scopes, then JSON.

    Product and scopes come from `openapi_extra`, so that what is documented is what is demanded.
    """

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
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
            _demand_size(request)
            if body is not None:
                _demand_json(request)
                await body.read(request)
            _demand_once(request, dependant)
            return await handle(request)

        return guarded


def _demand_once(request: Request, dependant: Dependant) -> None:
    # assumption: a repeated parameter that has one value is refused; which one is meant is unknown.
    repeated = [
        InvalidParam(name, name, f"is given {count} times; give it once")
        for name, count in repeated_parameters(dependant, request.query_params)
    ]
    if repeated:
        raise InvalidRequest(repeated)


def _demand_size(request: Request) -> None:
    """Refuse a body that says it is too large before any of it is read."""
    limit = world_of(request).settings.max_body_bytes
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > len(str(limit)) or int(length) > limit):
        raise BodyTooLarge(limit)


def _demand_json(request: Request) -> None:
    content_type = request.headers.get("content-type", "")
    length = request.headers.get("content-length", "0")
    if not content_type and length == "0" and "transfer-encoding" not in request.headers:
        return  # No body at all; that it is missing is told as an invalid parameter.
    if not is_json(content_type):
        raise UnsupportedMediaType(content_type.partition(";")[0].strip().lower()[:100])
