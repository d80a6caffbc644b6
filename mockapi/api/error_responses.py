"""Error responses of the two APIs, in the style of the settings."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request, Response

from mockapi.domain.errors import (
    ApiError,
    GatewayError,
    InsufficientScope,
    InvalidParam,
    InvalidRequest,
    MethodNotAllowed,
    Unauthenticated,
)
from mockapi.http.context import annotations_of, resource_path, world_of
from mockapi.http.json_bodies import encode
from mockapi.http.responses import Fault, Problem
from mockapi.settings import ErrorStyle


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


def invalid_request(problems: Iterable[Any]) -> InvalidRequest:
    """Return the error for *problems*, the errors of a `RequestValidationError`."""
    return InvalidRequest(list(_invalid_params(problems)))


def _invalid_params(problems: Iterable[Any]) -> Iterable[InvalidParam]:
    for problem in problems:
        place, *steps = problem["loc"]
        reason = problem["msg"].removeprefix("Value error, ")
        if place == "body":
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
            name = next((step for step in reversed(steps) if isinstance(step, str)), "body")
            yield InvalidParam(path.removeprefix(".") or "body", name, reason)
        else:
            name = next((step for step in steps if isinstance(step, str)), place)
            yield InvalidParam(name, name, reason)
