"""Problem details (RFC 9457): the errors of everything that is not a vendor API."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from mockapi.domain.errors import reason_phrase
from mockapi.domain.validation import StrictModel

PROBLEM_JSON = "application/problem+json"


class AdminInvalidParam(StrictModel):
    """An invalid member of the request."""

    name: str
    reason: str


class AdminProblem(BaseModel):
    """An error of the control API (RFC 9457)."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    invalid_params: tuple[AdminInvalidParam, ...] | None = Field(
        default=None, alias="invalid-params"
    )


def problem(
    status: HTTPStatus,
    detail: str,
    headers: Mapping[str, str] | None = None,
    invalid_params: tuple[AdminInvalidParam, ...] = (),
) -> Response:
    """Return an error response with problem details."""
    body = AdminProblem(
        title=reason_phrase(status),
        status=status,
        detail=detail,
        invalid_params=invalid_params or None,
    )
    return Response(
        body.model_dump_json(by_alias=True, exclude_none=True),
        status,
        dict(headers or {}),
        PROBLEM_JSON,
    )
