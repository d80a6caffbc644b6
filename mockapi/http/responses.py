"""Responses: JSON, the problems of the vendor APIs, and problem details (RFC 9457)."""

from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import Self

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Message, Send

from mockapi.domain.clock import Clock
from mockapi.domain.errors import ApiError, GatewayError, reason_phrase
from mockapi.domain.validation import StrictModel
from mockapi.http.json_bodies import ApiModel


def with_date_header(send: Send, clock: Clock) -> Send:
    """Return a `send` that adds a `Date` header with the time of *clock*."""

    async def send_dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = format_datetime(clock.now(), usegmt=True).encode()
            message = {**message, "headers": [(b"date", date), *message.get("headers", ())]}
        await send(message)

    return send_dated


class StatusRecorder:
    """A `send` that records the status of the response; None before the response starts."""

    status: int | None = None

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


JSON = "application/json"
_JSON_LINE = (b"content-type", JSON.encode())


class JsonResponse(Response):
    """A response with encoded JSON; without charset, as recorded.

    It sets its header lines itself, because Starlette takes longer than most handlers do.
    """

    def __init__(self, body: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            (b"content-length", str(len(body)).encode()),
            _JSON_LINE,
        ]


def streaming_json_response(pieces: Iterator[bytes]) -> Response:
    """Return a response that streams *pieces* of JSON, which a thread generates."""
    return StreamingResponse(pieces, media_type=JSON)


BACKEND_BASE = "/ods-api/openesx/v1"
"""The backend's path in the `type` of problems (docs/contract/errors.md#recorded-refusals)."""

_MAX_INVALID_PARAMS = 100
"""Maximum number of invalid parameters in a problem."""


class InvalidParamBody(ApiModel):
    """An invalid part of the request; the schema allows only these three members."""

    path: str
    name: str
    reason: str


class Problem(ApiModel):
    """A problem (RFC 7807); only `type` is always present."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": f"{BACKEND_BASE}/sites/x/meters",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "Site Not found",
                }
            ]
        }
    )

    type: str = Field(json_schema_extra={"format": "uri-reference"})
    title: str | None = None
    status: int | None = None
    instance: str | None = None
    detail: str | None = None
    debugging: str | None = None
    invalid_params: tuple[InvalidParamBody, ...] | None = Field(
        default=None, alias="invalid-params", json_schema_extra={"uniqueItems": True}
    )

    @classmethod
    def of(cls, error: ApiError, resource_path: str) -> Self:
        """Return the problem for *error* at *resource_path* below a base path."""
        if isinstance(error, GatewayError):
            return cls(
                type=error.problem_type,
                title=error.title,
                status=error.status,
                detail=error.detail,
            )
        status = error.body_status or error.status
        invalid = tuple(
            InvalidParamBody(path=each.path, name=each.name, reason=each.reason)
            for each in list(dict.fromkeys(error.invalid_params))[:_MAX_INVALID_PARAMS]
        )
        return cls(
            type=BACKEND_BASE + resource_path,
            title=reason_phrase(status),
            status=status,
            detail=error.detail,
            invalid_params=invalid or None,
        )


class FaultDetail(ApiModel):
    errorcode: str


class FaultText(ApiModel):
    faultstring: str
    detail: FaultDetail


class Fault(ApiModel):
    """A gateway error in the format of Apigee."""

    fault: FaultText

    @classmethod
    def of(cls, error: GatewayError) -> Self:
        return cls(
            fault=FaultText(
                faultstring=error.detail, detail=FaultDetail(errorcode=error.fault_code)
            )
        )


PROBLEM_JSON = "application/problem+json"


class AdminInvalidParam(StrictModel):
    """An invalid member of the request."""

    name: str
    reason: str
    code: str
    """The type of the error, such as `missing`."""


class AdminProblem(BaseModel):
    """An error of the control API (RFC 9457)."""

    model_config = ConfigDict(
        frozen=True,
        populate_by_name=True,
        defer_build=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "Site 'x' does not exist.",
                }
            ]
        },
    )

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
