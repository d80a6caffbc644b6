"""Routes and errors of the control API."""

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from json import JSONDecodeError
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from mockapi.domain.errors import StorageFailed, reason_phrase
from mockapi.domain.model_members import member_names
from mockapi.domain.text_matching import join_messages, suggestion
from mockapi.domain.timestamps import format_seconds
from mockapi.domain.validation import (
    describe_error,
    describe_union_error,
    place_of,
)
from mockapi.http.context import context_of, is_own_origin
from mockapi.http.exhaustion import Unavailable
from mockapi.http.json_bodies import MISSING, JsonBody, is_json
from mockapi.http.parameters import known_parameters, repeated_parameters
from mockapi.http.responses import PROBLEM_JSON, AdminInvalidParam, AdminProblem, problem

SCHEMAS = "#/components/schemas/"
"""Prefix of references to schemas of the OpenAPI document."""


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route for 400, 401, 403 and *statuses*."""
    return {
        status: problem_response(AdminProblem, reason_phrase(status))
        for status in sorted({400, 401, 403, *statuses})
    }


def problem_response(model: type[AdminProblem], description: str) -> dict[str, Any]:
    """Return the documentation of an error response with *model*."""
    # A reference, because FastAPI would build validators of the model for each route and status.
    schema = {"$ref": f"{SCHEMAS}{model.__name__}"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}


class AdminError(Exception):
    """Error response of the control API."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@contextmanager
def not_found_errors() -> Generator[None]:
    """Raise `AdminError` with 404 and the message of a `LookupError` that the block raises."""
    try:
        yield
    except LookupError as error:
        raise AdminError(HTTPStatus.NOT_FOUND, str(error.args[0])) from error


def require_admin(request: Request) -> None:
    """Require the admin token, if one is set, and reject pages of other origins.

    Raise `AdminError` with 401 or 403.
    """
    origin = request.headers.get("origin")
    elsewhere = origin is not None and not is_own_origin(request, origin)
    if elsewhere or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise AdminError(
            HTTPStatus.FORBIDDEN,
            "Pages of other origins cannot use the control API. Send the request without `Origin`.",
        )
    if not holds_admin_token(request):
        raise AdminError(
            HTTPStatus.UNAUTHORIZED,
            "The admin token is missing or wrong. "
            "Send the value of MOCKAPI_ADMIN_TOKEN as `Authorization: Bearer ...`.",
        )


def holds_admin_token(request: Request) -> bool:
    """Return True if *request* has the admin token or none is set."""
    context = context_of(request)
    token = context.world.settings.admin_token
    return token is None or context.credentials.has_bearer_token(token)


def require_method_of_path(request: Request) -> None:
    """Raise `AdminError` with 405 if the method is only valid for a route with a parameter."""
    if request.method not in _methods(request):
        raise AdminError(HTTPStatus.METHOD_NOT_ALLOWED, _not_for_path(request))


def _not_for_path(request: Request) -> str:
    return f"{request.method} is not a method of this path. Use one of the `Allow` header."


def install_on(app: FastAPI) -> None:
    """Install error handlers on *app* that respond with problems."""

    async def handle_admin_error(request: Request, error: Exception) -> Response:
        if not isinstance(error, AdminError):
            raise error
        headers = {}
        if error.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Bearer realm="mockapi control API"'
        elif error.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers = _allow(request)
        return problem(error.status, error.detail, headers)

    async def handle_invalid_request(request: Request, error: Exception) -> Response:
        mistakes: Any = error.errors() if isinstance(error, RequestValidationError) else ()
        if any(mistake["loc"] == ("body",) for mistake in mistakes) and not is_json(
            request.headers.get("content-type", "application/json")
        ):
            media_type = request.headers["content-type"]
            detail = (
                f"Content-Type: {media_type!r} is not JSON. "
                "Send JSON with `Content-Type: application/json`."
            )
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        params = tuple(_invalid_params(request, mistakes))
        detail = join_messages(f"{each.name}: {each.reason}" for each in params)
        return problem(HTTPStatus.BAD_REQUEST, detail, None, params)

    async def handle_http_error(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        status = HTTPStatus(error.status_code)
        details = {
            HTTPStatus.NOT_FOUND: "This path is not in the control API. /docs lists all paths.",
            HTTPStatus.METHOD_NOT_ALLOWED: _not_for_path(request),
            HTTPStatus.BAD_REQUEST: "The body is not valid JSON.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
                "The body is larger than MOCKAPI_MAX_BODY_BYTES. Send less or raise the setting."
            ),
        }
        headers = dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            # Starlette only lists the methods of one route, but a path may have several.
            headers |= _allow(request)
        return problem(status, details.get(status, reason_phrase(status)), headers)

    app.add_middleware(Unavailable)
    app.add_exception_handler(AdminError, handle_admin_error)
    app.add_exception_handler(StorageFailed, _not_stored)
    app.add_exception_handler(RequestValidationError, handle_invalid_request)
    app.add_exception_handler(HTTPException, handle_http_error)


async def _not_stored(request: Request, error: Exception) -> Response:
    if not isinstance(error, StorageFailed):
        raise error
    return problem(error.status, error.detail)


def _invalid_params(request: Request, mistakes: Sequence[Any]) -> Iterator[AdminInvalidParam]:
    """Yield one entry per value; pydantic reports one error per member of a union."""
    causes = [each for each in mistakes if not _follows_from_others(each, mistakes)]
    for name, group in groupby(causes, key=_place):
        found = list(group)
        reasons = list(dict.fromkeys(_reason(each, request) for each in found))
        yield AdminInvalidParam(
            name=name,
            reason=describe_union_error(reasons, found[0].get("input")),
            code=(found[0].get("ctx") or {}).get("code", found[0]["type"]),
        )


def _place(mistake: Any) -> str:
    """Return the path to a member."""
    steps = () if mistake["type"] == "json_invalid" else place_of(mistake)[1:]
    return ".".join(str(step) for step in steps if "[" not in str(step)) or "body"


def _reason(mistake: Any, request: Request) -> str:
    """Return the message of *mistake*; for an unknown member, with the nearest known one."""
    reason = describe_error(mistake)
    if mistake["type"] == "json_invalid":
        return f"{reason}; it is not from character {mistake['loc'][1] + 1} on"
    if mistake["type"] != "extra_forbidden":
        return reason
    names = _member_names(request, mistake["loc"][1:-1])
    return f"{reason}. {suggestion(str(mistake['loc'][-1]), names)}" if names else reason


def _member_names(request: Request, place: Sequence[str | int]) -> Sequence[str]:
    """Return the names of the members at *place* in the body of *request*; none if not known."""
    field = getattr(request.scope.get("route"), "body_field", None)
    return () if field is None else member_names(field.field_info.annotation, place)


def _follows_from_others(mistake: Any, mistakes: Sequence[Any]) -> bool:
    """Return True if a list is too short only because its items are invalid."""
    place = tuple(mistake["loc"])
    return mistake["type"] == "too_short" and any(
        place == tuple(other["loc"][: len(place)]) for other in mistakes if other is not mistake
    )


def _allow(request: Request) -> dict[str, str]:
    return {"Allow": ", ".join(sorted(_methods(request)))}


def _methods(request: Request) -> set[str]:
    """Return the methods of the path of *request*.

    A path without parameters has only the methods of its own routes. For example, `DELETE
    /faults/{fault_id}` is not a method of `/faults/kinds`.
    """
    found = [
        route
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    ]
    literal = [route for route in found if not route.param_convertors]
    methods = {method for route in literal or found for method in route.methods or ()}
    return methods | {"HEAD"} if "GET" in methods else methods


_LONGEST = 100


def require_known_parameters(request: Request, known: Collection[str]) -> None:
    """Raise `AdminError` with 400 if a query parameter is not in *known*."""
    for name in request.query_params:
        if name not in known:
            no_parameters = None if known else "The call does not have parameters. Remove it."
            advice = suggestion(name, sorted(known), no_parameters)
            shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
            raise AdminError(
                HTTPStatus.BAD_REQUEST, f"{shown}: is not a parameter of this call. {advice}"
            )


def require_single_parameters(request: Request, dependant: Dependant) -> None:
    """Raise `AdminError` with 400 for a repeated query parameter that has one value."""
    for name, count in repeated_parameters(dependant, request.query_params):
        raise AdminError(HTTPStatus.BAD_REQUEST, f"{name}: is given {count} times. Give it once.")


def require_window(since: datetime | None, until: datetime | None) -> None:
    """Raise `AdminError` with 400 if *since* is after *until*."""
    if since is not None and until is not None and since > until:
        detail = f"since: {format_seconds(since)} is after until. Exchange them."
        raise AdminError(HTTPStatus.BAD_REQUEST, detail)


class AdminRoute(APIRoute):
    """Route that checks the caller, the method, the query parameters and the body."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()
        dependant = self.dependant
        known = known_parameters(dependant)
        body = None if self.body_field is None else JsonBody(self.body_field)

        async def guarded(request: Request) -> Any:
            require_admin(request)
            require_method_of_path(request)
            require_known_parameters(request, known)
            require_single_parameters(request, dependant)
            if body is not None:
                await _read(body, request)
            return await handle(request)

        return guarded


async def _read(body: JsonBody, request: Request) -> None:
    """Let FastAPI use the validated body; it reports malformed JSON itself."""
    with suppress(JSONDecodeError, UnicodeDecodeError):
        content = await body.read(request)
        if content is not MISSING:
            # `Request.json()` returns it.
            request._json = content  # noqa: SLF001
