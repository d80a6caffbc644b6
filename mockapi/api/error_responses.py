"""Error responses of the two APIs, in the style of the settings."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mockapi.api.guard import authenticate
from mockapi.domain.errors import (
    ApiError,
    BodyTooLarge,
    GatewayError,
    InsufficientScope,
    InvalidParam,
    InvalidRequest,
    MethodNotAllowed,
    ResourceNotFound,
    ServerFailed,
    Unauthenticated,
)
from mockapi.http.context import annotations_of, path_below_base, resource_path, world_of
from mockapi.http.exhaustion import Unavailable
from mockapi.http.json_bodies import encode
from mockapi.http.responses import Fault, Problem
from mockapi.settings import ErrorStyle


def install_error_handlers(app: FastAPI, product: str) -> None:
    """Let *app* render errors as the gateway and the backend of *product* do."""

    async def handle_no_route(request: Request, error: Exception) -> Response:
        annotations_of(request).product = product
        # The gateway checks the token first, also for a path or a method that the backend
        # does not have (docs/contract/errors.md#order-of-refusals).
        try:
            authenticate(request, product)
        except Unauthenticated as unauthenticated:
            return error_response(request, unauthenticated)
        api_error = _from_http(error, request, app)
        if isinstance(api_error, MethodNotAllowed) and request.method == "OPTIONS":
            return Response(headers={"Allow": ", ".join(api_error.allowed)})
        return error_response(request, api_error)

    async def handle_too_large(request: Request, error: Exception) -> Response:
        return error_response(request, BodyTooLarge(world_of(request).settings.max_body_bytes))

    async def handle_invalid(request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError):
            return error_response(request, InvalidRequest(list(_invalid_params(error.errors()))))
        # Nested too deep, a too long number, or not UTF-8: FastAPI gives no details.
        return error_response(
            request, InvalidRequest([InvalidParam("body", "body", "is not JSON")])
        )

    async def handle_error(request: Request, error: Exception) -> Response:
        return error_response(request, error if isinstance(error, ApiError) else ServerFailed())

    app.add_middleware(Unavailable)
    app.add_exception_handler(404, handle_no_route)
    app.add_exception_handler(405, handle_no_route)
    app.add_exception_handler(413, handle_too_large)
    app.add_exception_handler(HTTPException, handle_invalid)
    app.add_exception_handler(RequestValidationError, handle_invalid)
    app.add_exception_handler(ApiError, handle_error)
    app.add_exception_handler(Exception, handle_error)


def error_response(request: Request, error: ApiError, style: ErrorStyle | None = None) -> Response:
    """Return the response for *error* in *style*, or in the style of the settings."""
    annotations_of(request).error = type(error).__name__
    headers = {}
    if isinstance(error, Unauthenticated | InsufficientScope):
        headers["WWW-Authenticate"] = error.challenge
    elif isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    style = style or world_of(request).settings.error_style
    if isinstance(error, GatewayError) and style is ErrorStyle.APIGEE:
        body = encode(Fault.of(error))
    else:
        body = encode(Problem.of(error, resource_path(request)))
    return Response(body, error.status, headers, "application/json")


def _from_http(error: Exception, request: Request, app: FastAPI) -> ApiError:
    if isinstance(error, HTTPException) and error.status_code == MethodNotAllowed.status:
        return MethodNotAllowed(request.method, allowed_methods(app, request))
    return ResourceNotFound()


def allowed_methods(app: FastAPI, request: Request) -> list[str]:
    """Return the methods of the requested path."""
    methods = {"OPTIONS"}
    for route in app.routes:
        path_regex = getattr(route, "path_regex", None)
        if path_regex is not None and path_regex.match(path_below_base(request)):
            methods |= set(getattr(route, "methods", None) or ())
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)


def _invalid_params(problems: Iterable[Any]) -> Iterable[InvalidParam]:
    for problem in problems:
        place, *steps = problem["loc"]
        reason = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "json_invalid":
            yield InvalidParam("body", "body", f"is not JSON: {problem['ctx']['error']}")
        elif place == "body":
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            name = next((step for step in reversed(steps) if isinstance(step, str)), "body")
            yield InvalidParam(path.removeprefix(".") or "body", name, reason)
        else:
            name = next((step for step in steps if isinstance(step, str)), place)
            yield InvalidParam(name, name, reason)
