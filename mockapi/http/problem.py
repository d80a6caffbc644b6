"""Bodies of error responses: problems, and Apigee's faults in style `apigee`."""

from typing import Self

from pydantic import Field

from mockapi.domain.errors import ApiError, GatewayError, reason_phrase
from mockapi.http.body import ApiModel

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
