"""Error responses."""

import html
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mockapi.domain import injected_errors
from mockapi.domain.errors import (
    ApiError,
    GatewayError,
    InsufficientScope,
    InvalidRequest,
    ResourceNotFound,
    ScoringRequestConflict,
    ScoringRequestDenied,
    ServerFailed,
    SiteNotFound,
    TokenExpired,
    TokenUnknown,
    reason_phrase,
)
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import ResponseFault
from mockapi.faults.responses import BufferedResponse

Oddity = Literal[
    "denied_as_400",
    "conflict",
    "expired_as_500",
    "spike_arrest",
    "spike_arrest_as_500",
    "quota",
    "quota_as_500",
    "xml",
]

_ERRORS: Mapping[int, Callable[[], ApiError]] = {
    400: InvalidRequest,
    401: TokenUnknown,
    403: lambda: InsufficientScope(["read:site"]),
    404: SiteNotFound,
    409: ScoringRequestConflict,
    429: lambda: injected_errors.quota_exceeded("default"),
    500: ServerFailed,
    502: injected_errors.bad_gateway,
    503: injected_errors.unavailable,
    504: injected_errors.timed_out,
}

_FAILED = HTTPStatus.INTERNAL_SERVER_ERROR
_ODDITIES: Mapping[Oddity, Callable[[], ApiError]] = {
    "denied_as_400": ScoringRequestDenied,
    "conflict": ScoringRequestConflict,
    "expired_as_500": lambda: _as(TokenExpired(), _FAILED),
    "spike_arrest": lambda: injected_errors.spike_arrest("5ps"),
    "spike_arrest_as_500": lambda: injected_errors.spike_arrest("5ps", _FAILED),
    "quota": lambda: injected_errors.quota_exceeded("default"),
    "quota_as_500": lambda: injected_errors.quota_exceeded("default", _FAILED),
    "xml": injected_errors.unavailable,
}


def _as(error: GatewayError, status: HTTPStatus) -> GatewayError:
    return injected_errors.InjectedGatewayError(status, error.detail, error.fault_code)


def _check_defined(status: int) -> int:
    try:
        return HTTPStatus(status).value
    except ValueError as error:
        raise ValueError("must be a status that HTTP defines") from error


class Status(ResponseFault):
    """An error response instead of the API's, in the wording of the gateway or the backend.

    `oddity` selects an unusual error response that was recorded: status 400 with 401 in the body
    (`denied_as_400`), the conflict of scoring requests, Apigee's status 500 for expired tokens
    and limits, or its fault as XML.
    """

    kind: Literal["status"] = "status"
    status: Annotated[int, Field(ge=400, le=599), AfterValidator(_check_defined)] | None = Field(
        default=None, description="HTTP status; default: 503, or the status of `oddity`."
    )
    oddity: Oddity | None = Field(default=None, description="An unusual recorded error response.")
    style: Literal["problem", "apigee", "html", "empty"] | None = Field(
        default=None, description="Format of the body; default: `MOCKAPI_ERROR_STYLE`."
    )
    detail: str | None = Field(
        default=None,
        max_length=500,
        description="Detail text; default: the usual one of the status.",
    )
    body_status: Annotated[int, Field(ge=400, le=599), AfterValidator(_check_defined)] | None = (
        Field(default=None, description="Status in the body, if it differs.")
    )
    retry_after: int | None = Field(
        default=None, ge=0, le=86_400, description="Value of the `Retry-After` header, in seconds."
    )

    @model_validator(mode="after")
    def _check_oddity(self) -> Self:
        if self.oddity is not None and (self.status, self.style, self.body_status) != (None,) * 3:
            raise ValueError("`oddity` cannot be combined with `status`, `style` or `body_status`")
        return self

    def with_status(self, status: int) -> Self:
        return self.model_copy(update={"status": status, "oddity": None})

    def respond(self, context: FaultContext) -> BufferedResponse:
        error = self._error(context)
        style: Literal["problem", "apigee"] | None = None
        if self.style in ("problem", "apigee"):
            style = self.style
        elif self.oddity is not None and "500" in self.oddity:
            style = "apigee"
        response = context.api.error_response(context.scope, error, style)
        if self.oddity == "xml" and isinstance(error, GatewayError):
            response = response.with_body(_xml(error)).with_header("content-type", "text/xml")
        elif self.style == "html":
            response = response.with_body(_page(error)).with_header("content-type", "text/html")
        elif self.style == "empty":
            response = response.with_body(b"")
        if self.retry_after is not None:
            response = response.with_header("retry-after", str(self.retry_after))
        return response

    def _error(self, context: FaultContext) -> ApiError:
        if self.oddity is not None:
            error = _ODDITIES[self.oddity]()
        else:
            error = self._error_for(HTTPStatus(self.status or 503), context)
        if self.detail is not None:
            error.detail = self.detail
        return error

    def _error_for(self, status: HTTPStatus, context: FaultContext) -> ApiError:
        if self.body_status is not None:
            detail = reason_phrase(self.body_status)
            return injected_errors.InjectedError(status, detail, HTTPStatus(self.body_status))
        if status is HTTPStatus.NOT_FOUND and context.request_info.site is None:
            return ResourceNotFound()
        create = _ERRORS.get(status)
        if create is not None:
            return create()
        if self.style == "apigee" or status >= _FAILED:
            return injected_errors.InjectedGatewayError(
                status, reason_phrase(status), "messaging.adaptors.http.flow.ErrorResponseCode"
            )
        return injected_errors.InjectedError(status, reason_phrase(status))


def _xml(error: GatewayError) -> bytes:
    text, code = html.escape(error.detail), html.escape(error.fault_code)
    return (
        f"<fault><faultstring>{text}</faultstring>"
        f"<detail><errorcode>{code}</errorcode></detail></fault>"
    ).encode()


def _page(error: ApiError) -> bytes:
    title = f"{error.status.value} {reason_phrase(error.status)}"
    return (
        f"<html><head><title>{title}</title></head>"
        f"<body><center><h1>{title}</h1></center><hr><center>nginx</center></body></html>"
    ).encode()
