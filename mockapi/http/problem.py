"""Shapes refusals: the problem of the backend, and the gateway's fault in style `apigee`."""

from typing import Self

from pydantic import Field

from mockapi.domain.errors import ApiError, GatewayError, reason_phrase
from mockapi.http.body import ApiModel

BACKEND_BASE = "/ods-api/openesx/v1"
"""The backend's path in the `type` of problems (docs/contract/errors.md#recorded-refusals)."""

_MOST_INVALID = 100
"""A refusal must not grow with the request that it refuses."""


class InvalidParamBody(ApiModel):
    """One offending part of the request; closed to these three members."""

    path: str
    name: str
    reason: str


class Problem(ApiModel):
    """A refusal, after RFC 7807; of its members only `type` is sure to be there."""

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
        """Return the problem for *error*, met at *resource_path* below a base path."""
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
            for each in list(dict.fromkeys(error.invalid_params))[:_MOST_INVALID]
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
    """A refusal of the gateway as Apigee words it."""

    fault: FaultText

    @classmethod
    def of(cls, error: GatewayError) -> Self:
        return cls(
            fault=FaultText(
                faultstring=error.detail, detail=FaultDetail(errorcode=error.fault_code)
            )
        )
