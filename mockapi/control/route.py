"""Routes and errors of the control API."""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from mockapi.domain.errors import StorageFailed, reason_phrase
from mockapi.domain.suggestions import nearest
from mockapi.domain.validation import describe_error
from mockapi.http.context import context_of, is_own_origin
from mockapi.http.exhaustion import Unavailable
from mockapi.http.json_body import JsonBody, is_json
from mockapi.http.parameters import join_sorted, known_parameters, repeated_parameters
from mockapi.http.problem_details import AdminInvalidParam, AdminProblem, problem


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": AdminProblem, "description": reason_phrase(status)}
        for status in sorted({400, 401, 403, *statuses})
    }


class AdminError(Exception):
    """A refusal of the control API."""

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
    """Let in who holds the admin token, if one is set, and no page of another site."""
    origin = request.headers.get("origin")
    elsewhere = origin is not None and not is_own_origin(request, origin)
    if elsewhere or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise AdminError(
            HTTPStatus.FORBIDDEN, "A page of another site may not use the control API."
        )
    if not holds_admin_token(request):
        raise AdminError(
            HTTPStatus.UNAUTHORIZED,
            "Send MOCKAPI_ADMIN_TOKEN's value as `Authorization: Bearer ...`.",
        )


def holds_admin_token(request: Request) -> bool:
    """Tell whether *request* carries the admin token, or none is set."""
    context = context_of(request)
    wanted = context.world.settings.admin_token
    return wanted is None or context.credentials.has_bearer_token(wanted)


def require_method_of_path(request: Request) -> None:
    """Refuse a method that only a route with a parameter has, where the path is one of its own."""
    if request.method not in _methods(request):
        raise AdminError(HTTPStatus.METHOD_NOT_ALLOWED, _not_for_path(request))


def _not_for_path(request: Request) -> str:
    return f"{request.method} is not for this path."


def install_on(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Make *app* answer its refusals as problems; *routes* are all that it has."""
    app.state.routes = routes

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, AdminError):
            raise error
        headers = {}
        if error.status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = 'Bearer realm="mockapi control API"'
        elif error.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers = _allow(request)
        return problem(error.status, error.detail, headers)

    async def invalid(request: Request, error: Exception) -> Response:
        mistakes: Any = error.errors() if isinstance(error, RequestValidationError) else ()
        if any(mistake["loc"] == ("body",) for mistake in mistakes) and not is_json(
            request.headers.get("content-type", "application/json")
        ):
            told = request.headers["content-type"]
            detail = f"The body came as {told}; send JSON with `Content-Type: application/json`."
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        params = tuple(
            AdminInvalidParam(name=_place(mistake["loc"]), reason=describe_error(mistake))
            for mistake in mistakes
            if not _follows_from_others(mistake, mistakes)
        )
        detail = "; ".join(f"{each.name}: {each.reason}" for each in params)
        return problem(HTTPStatus.BAD_REQUEST, detail, None, params)

    async def unrouted(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        status = HTTPStatus(error.status_code)
        details = {
            HTTPStatus.NOT_FOUND: "The control API has no such path; /docs lists them.",
            HTTPStatus.METHOD_NOT_ALLOWED: _not_for_path(request),
            HTTPStatus.BAD_REQUEST: "The body is not JSON.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than MOCKAPI_MAX_BODY_BYTES.",
        }
        headers = dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            # Starlette names the methods of one route, and a path may have several.
            headers |= _allow(request)
        return problem(status, details.get(status, reason_phrase(status)), headers)

    app.add_middleware(Unavailable)
    app.add_exception_handler(AdminError, refused)
    app.add_exception_handler(StorageFailed, _not_stored)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, unrouted)


async def _not_stored(request: Request, error: Exception) -> Response:
    if not isinstance(error, StorageFailed):
        raise error
    return problem(error.status, error.detail)


def _place(steps: Sequence[object]) -> str:
    """Return the path to a member; what pydantic calls the choices of a union is left out."""
    named = (str(step) for step in steps[1:] if "[" not in str(step))
    return ".".join(named) or "body"


def _follows_from_others(mistake: Any, mistakes: Sequence[Any]) -> bool:
    """Tell whether a list is too short only because what it held was wrong."""
    place = tuple(mistake["loc"])
    return mistake["type"] == "too_short" and any(
        place == tuple(other["loc"][: len(place)]) for other in mistakes if other is not mistake
    )


def _allow(request: Request) -> dict[str, str]:
    return {"Allow": ", ".join(sorted(_methods(request)))}


def _methods(request: Request) -> set[str]:
    """Return the methods that the app answers at the request's path.

    A path without parameters has the methods of its own routes alone: `/faults/kinds` is no fault
    that `DELETE /faults/{fault_id}` could remove.
    """
    found = [
        route
        for route in request.app.state.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    ]
    literal = [route for route in found if not route.param_convertors]
    methods = {method for route in literal or found for method in route.methods or ()}
    return methods | {"HEAD"} if "GET" in methods else methods


_LONGEST = 100


def require_known_parameters(request: Request, known: Collection[str]) -> None:
    """Raise `AdminError` with 400 for a query parameter that is not among *known*."""
    for name in request.query_params:
        if name not in known:
            close = nearest(name, known)
            advice = f"known are {join_sorted(known)}" if known else "it takes none"
            advice = f"did you mean {close[0]}?" if close else f"{advice}."
            shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
            raise AdminError(
                HTTPStatus.BAD_REQUEST, f"{shown}: this call knows no such parameter; {advice}"
            )


def require_single_parameters(request: Request, dependant: Dependant) -> None:
    """Raise `AdminError` with 400 for a repeated query parameter that has one value."""
    for name, count in repeated_parameters(dependant, request.query_params):
        raise AdminError(HTTPStatus.BAD_REQUEST, f"{name}: is given {count} times. Give it once.")


class AdminRoute(APIRoute):
    """A route that checks the caller, the method, the parameters' names and counts, the body."""

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
                await body.read(request)
            return await handle(request)

        return guarded
